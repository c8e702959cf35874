import {
  defaultPolicy,
  parseRecord,
  toRecord,
  type ApiFailure,
  type Contact,
  type Policy,
  type UserStatus,
  type VerificationInput,
} from "@veristep/core";
import { failure } from "@veristep/core/testing";
import * as fc from "fast-check";
import { fromRecord } from "../src/record.js";
import {
  actorIds,
  isCall,
  isWait,
  run,
  type ActiveCall,
  type Ending,
  type PersonEvent,
  type PureRun,
} from "./pure-flow.js";

/* Arbitrary policies, and arbitrary things that happen to a flow. */

const START = Date.UTC(2026, 0, 1, 10);
export const EMAIL_CONTACT: Contact = { ref: "contact1", masked: "p•••@example.com" };
export const PHONES: readonly Contact[] = [
  { ref: "contact2", masked: "+35•••56" },
  { ref: "contact3", masked: "+35•••21" },
];

/** Small limits, so that short sequences of events come to them. */
const arbitraryPolicy: fc.Arbitrary<Policy> = fc
  .record({
    channels: fc.constantFrom<Policy["channels"]>(["email", "phone"], ["email"], ["phone"]),
    cooldownMs: fc.constantFrom(60_000, 1_000, 0),
    maxSends: fc.constantFrom(2, 3, 1),
    sendWindowMs: fc.constantFrom(3_600_000, 30_000, 0),
    maxAttempts: fc.constantFrom(2, 1, 3),
    lockMs: fc.constantFrom(900_000, 5_000, 0),
    retry: fc.constantFrom(
      { maxRetries: 1, baseMs: 500, capMs: 8_000, totalMs: 30_000 },
      { maxRetries: 2, baseMs: 500, capMs: 600, totalMs: 30_000 },
      { maxRetries: 2, baseMs: 900, capMs: 8_000, totalMs: 1_000 },
      { maxRetries: 0, baseMs: 1, capMs: 600, totalMs: 30_000 },
      { maxRetries: 2, baseMs: 1, capMs: 1, totalMs: 0 },
    ),
    retrySends: fc.constantFrom("on5xx" as const, "never" as const),
    unlockOnResend: fc.boolean(),
    pollMs: fc.constantFrom(null, 1_000, 30_000),
  })
  .map((policy) => Object.assign({}, defaultPolicy, policy));

/** What the flow is told at its start. */
export const arbitraryInput: fc.Arbitrary<VerificationInput> = fc
  .record({ policy: arbitraryPolicy, phoneGiven: fc.boolean() })
  .map(({ policy, phoneGiven }) => ({
    at: START,
    userId: 7,
    flowId: "flow",
    policy,
    contacts: { email: EMAIL_CONTACT, phone: phoneGiven ? (PHONES[0] ?? null) : null },
  }));

export const failures: readonly ApiFailure[] = [
  failure.unreachable,
  failure.noAnswer,
  failure.serverError,
  failure.protocol,
  { ...failure.protocol, status: 302, problem: "redirect" },
  failure.throttled,
  { ...failure.throttled, retryAfterMs: 1_000 },
  { ...failure.throttled, retryAfterMs: 999_999_999 },
  failure.unauthorized,
  failure.tokenUnavailable,
  failure.codeRejected,
  failure.codeMalformed,
  failure.contactInvalid,
  failure.contactRefused,
  failure.invalidRequest,
  failure.userNotFound,
];

/** The failures after which a flow goes on, with those first that lead deepest into the chart. */
const arbitraryFailure = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(
      failure.codeRejected,
      failure.noAnswer,
      failure.serverError,
      failure.unreachable,
      failure.throttled,
    ),
  },
  { weight: 5, arbitrary: fc.constantFrom(...failures.slice(0, -1)) },
  { weight: 1, arbitrary: fc.constantFrom(...failures.slice(-3)) },
);

/** Mostly what a person without luck meets: nothing is verified yet. */
const arbitraryStatus: fc.Arbitrary<UserStatus> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constant({ isEmailVerified: false, isPhoneNumberVerified: false, lifecycle: 50 }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<UserStatus[]>(
      { isEmailVerified: true, isPhoneNumberVerified: false, lifecycle: 150 },
      { isEmailVerified: false, isPhoneNumberVerified: false, lifecycle: null },
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.boolean(), fc.boolean(), fc.constantFrom(null, 50, 200, 300, 350, 400))
      .map(([isEmailVerified, isPhoneNumberVerified, lifecycle]) => ({
        isEmailVerified,
        isPhoneNumberVerified,
        lifecycle,
      })),
  },
);

/** Something that may happen next; numbers choose among what is there at that moment. */
export type Move =
  | {
      readonly do: "answer";
      readonly which: number;
      readonly failure: ApiFailure | null;
      readonly status: UserStatus;
      readonly roll: number;
    }
  | { readonly do: "endWait"; readonly which: number }
  | {
      readonly do: "late";
      readonly which: number;
      readonly failure: ApiFailure | null;
      readonly status: UserStatus;
    }
  | { readonly do: "elapse" | "jump"; readonly ms: number }
  | { readonly do: "person"; readonly type: PersonEvent["type"]; readonly which: number };

const which = fc.nat({ max: 19 });
const durations = [1, 600, 1_000, 6_000, 30_000, 60_000, 61_000, 900_000, 3_600_000] as const;

const arbitraryMove: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      which,
      failure: fc.option(arbitraryFailure, { freq: 2 }),
      status: arbitraryStatus,
      roll: fc.constantFrom(0.5, 0, 0.999),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("endWait" as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("late" as const),
      which,
      failure: fc.option(arbitraryFailure),
      status: arbitraryStatus,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("elapse" as const), ms: fc.constantFrom(...durations) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("jump" as const),
      ms: fc.constantFrom(...durations, -1, -60_000, -3_600_000, -86_400_000),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant("person" as const),
      type: fc.constantFrom<Array<PersonEvent["type"]>>(
        "code.submitted",
        "code.submitted",
        "code.submitted",
        "resend.requested",
        "resend.requested",
        "phone.submitted",
        "phone.changeRequested",
        "refresh.requested",
        "retry.requested",
      ),
      which,
    }),
  },
);

/** Sequences of moves. `cancel` is left to tests of its own: it would end most sequences early. */
export const arbitraryMoves = fc.array(arbitraryMove, { minLength: 1, maxLength: 60, size: "max" });

const nothingVerified: UserStatus = { isEmailVerified: false, isPhoneNumberVerified: false, lifecycle: null };

/** What a call of this kind answers when it succeeds. */
export function success(src: ActiveCall["src"], status: UserStatus = nothingVerified): Ending {
  switch (src) {
    case "readStatus":
      return { ok: true, value: status };
    case "sendCode":
      return { ok: true, value: "accepted" };
    case "confirmCode":
      return { ok: true, value: "confirmed" };
  }
}

const ending = (src: ActiveCall["src"], failed: ApiFailure | null, status: UserStatus): Ending =>
  failed === null ? success(src, status) : { ok: false, failure: failed };

function personEvent(type: PersonEvent["type"], choice: number, at: number): PersonEvent {
  switch (type) {
    case "code.submitted":
      return { type, at, codeRef: `code${choice}` };
    case "phone.submitted":
      return { type, at, phone: PHONES[choice % PHONES.length] ?? EMAIL_CONTACT };
    case "resend.requested":
    case "phone.changeRequested":
    case "refresh.requested":
    case "retry.requested":
    case "cancel.requested":
      return { type, at };
  }
}

const chosen = <T>(list: readonly T[], choice: number): T | undefined =>
  list[choice % Math.max(list.length, 1)];

/** Makes a move, where there is something to make it on. */
export function make(flow: PureRun, move: Move): void {
  switch (move.do) {
    case "answer": {
      const call = chosen(flow.active().filter(isCall), move.which);
      if (call === undefined) return;
      // What a read fails with hardly matters; that one gets through is what leads on.
      const failed = call.src === "readStatus" && move.which % 3 > 0 ? null : move.failure;
      flow.finish(call, ending(call.src, failed, move.status), move.roll);
      return;
    }
    case "endWait": {
      const wait = chosen(flow.active().filter(isWait), move.which);
      if (wait !== undefined) flow.endWait(wait);
      return;
    }
    case "late": {
      const active = new Set(flow.active().map(({ id }) => id));
      const id = chosen(
        actorIds.filter((one) => !active.has(one)),
        move.which,
      );
      if (id === undefined) return;
      const src = id.startsWith("read") ? "readStatus" : id.startsWith("send") ? "sendCode" : "confirmCode";
      flow.late(id, (at) =>
        /^(wait|cooldown|lock|sendWindow|barrier)/.test(id)
          ? { at }
          : { startedAt: at, at, roll: 0.5, outcome: ending(src, move.failure, move.status) },
      );
      return;
    }
    case "elapse":
      flow.elapse(move.ms);
      return;
    case "jump":
      flow.jump(move.ms);
      return;
    case "person":
      flow.person((at) => personEvent(move.type, move.which, at));
  }
}

/** A flow that was stopped somewhere, stored, and is taken up again later, perhaps with another number. */
export const arbitraryRestored: fc.Arbitrary<VerificationInput> = fc
  .record({
    input: arbitraryInput,
    moves: arbitraryMoves,
    gap: fc.constantFrom(0, 1, 10_000, 61_000, -3_600_000),
    phone: fc.constantFrom("same", "same", "forgotten", "another"),
  })
  .map(({ input, moves, gap, phone }) => {
    const before = run(input);
    for (const move of moves) make(before, move);
    const { snapshot, now } = before;
    const stored: unknown = JSON.parse(JSON.stringify(toRecord(snapshot.context, now.wall)));
    const at = now.wall + gap;
    const record = parseRecord(stored, { userId: input.userId, now: at }).unwrapOr(null);
    const contacts = {
      email: EMAIL_CONTACT,
      phone: phone === "same" ? input.contacts.phone : phone === "another" ? (PHONES[1] ?? null) : null,
    };
    const known = record === null ? {} : fromRecord(record, contacts, input.policy);
    return Object.assign({}, input, { at, flowId: "flow again" }, known);
  });
