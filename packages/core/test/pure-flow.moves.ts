import {
  parseRecord,
  toRecord,
  type ApiFailure,
  type Contact,
  type UserStatus,
  type VerificationInput,
} from "@veristep/core";
import { arbitraryFailure, arbitraryPolicy, arbitraryStatus } from "@veristep/core/testing/arbitraries";
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
  type Step,
} from "./pure-flow.js";

/* Arbitrary policies, and arbitrary things that happen to a flow. */

const START = Date.UTC(2026, 0, 1, 10);
export const EMAIL_CONTACT: Contact = { ref: "contact1", masked: "p•••@example.com" };
export const PHONES: readonly Contact[] = [
  { ref: "contact2", masked: "+359 •• ••• ••56" },
  { ref: "contact3", masked: "+359 •• ••• ••21" },
];

/** The input of the flow. */
export const arbitraryInput: fc.Arbitrary<VerificationInput> = fc
  .record({ policy: arbitraryPolicy, phoneGiven: fc.boolean() })
  .map(({ policy, phoneGiven }) => ({
    at: START,
    userId: 7,
    flowId: "flow",
    policy,
    contacts: { email: EMAIL_CONTACT, phone: phoneGiven ? (PHONES[0] ?? null) : null },
  }));

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

/** Sequences of moves. Separate tests cover `cancel`, which would end most sequences early. */
export const arbitraryMoves = fc.array(arbitraryMove, { minLength: 1, maxLength: 60, size: "max" });

const nothingVerified: UserStatus = { isEmailVerified: false, isPhoneVerified: false, lifecycle: null };

/** Returns the result of a successful call of this kind. */
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
      // Most reads succeed, because a flow makes progress only after a read; how a read fails hardly matters.
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
        /^(wait|cooldown|codeLifetime|lock|sendWindow)/.test(id)
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

/** A flow that is stopped at any point, stored, and resumed later, perhaps with another number. */
export const arbitraryInterrupted = fc.record({
  input: arbitraryInput,
  moves: arbitraryMoves,
  gap: fc.constantFrom(0, 1, 10_000, 61_000, -3_600_000),
  phone: fc.constantFrom("same", "same", "forgotten", "another"),
});

type Interrupted = typeof arbitraryInterrupted extends fc.Arbitrary<infer T> ? T : never;

/** Plays an interrupted flow. @returns the input of the flow that takes it up again */
export function interrupt(
  { input, moves, gap, phone }: Interrupted,
  observe: (step: Step) => void = () => {},
): VerificationInput {
  const before = run(input, observe);
  for (const move of moves) make(before, move);
  const { snapshot, now } = before;
  const stored: unknown = JSON.parse(JSON.stringify(toRecord(snapshot.context, now.wall)));
  const at = now.wall + gap;
  const record = parseRecord(stored, { userId: input.userId, now: at }).unwrapOr(null);
  const contacts = {
    email: EMAIL_CONTACT,
    phone: phone === "same" ? input.contacts.phone : phone === "another" ? (PHONES[1] ?? null) : null,
  };
  const known = record === null ? {} : fromRecord(record, contacts, { policy: input.policy, now: at });
  return { ...input, at, flowId: "flow again", ...known };
}

/** The input of a flow that resumes another one. */
export const arbitraryRestored: fc.Arbitrary<VerificationInput> = arbitraryInterrupted.map((one) =>
  interrupt(one),
);
