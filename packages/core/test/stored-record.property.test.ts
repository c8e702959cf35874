import {
  createVerification,
  defaultPolicy,
  parseRecord,
  toRecord,
  view,
  type VerificationInput,
  type VerificationRecord,
} from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure } from "@veristep/core/testing";
import * as fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { fromRecord } from "../src/record.js";
import { activeIn, isCall, isWait, run } from "./pure-flow.js";
import { arbitraryInput, arbitraryMoves, EMAIL_CONTACT, make, PHONES, success } from "./pure-flow.moves.js";

const USER = 7;
const DAY = 86_400_000;

/** A record of a flow that went through anything, and when it was made. */
const arbitraryStored = fc.tuple(arbitraryInput, arbitraryMoves).map(([input, moves]) => {
  const flow = run(input);
  for (const move of moves) make(flow, move);
  const { snapshot, now } = flow;
  return { input, context: snapshot.context, now: now.wall, record: toRecord(snapshot.context, now.wall) };
});

const theirs: VerificationInput["contacts"] = { email: EMAIL_CONTACT, phone: PHONES[0] ?? null };

const takenUp = (
  input: VerificationInput,
  record: VerificationRecord,
  at: number,
  contacts = theirs,
): VerificationInput => ({
  ...input,
  at,
  ...fromRecord(record, contacts, { policy: input.policy, now: at }),
});

describe("a flow that resumes from its record", () => {
  test("B31: begins with only a read of the status, and resends nothing by itself after it", () => {
    const property = fc.property(arbitraryStored, fc.nat({ max: 1_000 }), ({ input, record, now }, gap) => {
      const flow = run(takenUp(input, record, now + gap));
      const calls = flow.active().filter(isCall);
      expect(flow.active().map(({ id }) => id)).toEqual(["readStatus"]);
      for (const call of calls) flow.finish(call, success(call.src), 0);
      const { email, phone } = record;
      const channel = flow.snapshot.context.channel;
      const facts = channel === "email" ? email : phone;
      const sending = flow.active().some(({ src }) => src === "sendCode");
      // After a code that was or may have been sent, only the user can start another send.
      const isOut =
        facts !== null &&
        facts.sentTo !== null &&
        facts.sentTo === flow.snapshot.context.contacts[channel]?.masked;
      expect(sending && (isOut || (facts?.sendingSince ?? null) !== null)).toBe(false);
      expect(flow.active().some(({ src }) => src === "confirmCode")).toBe(false);
    });
    fc.assert(property, { numRuns: 100 });
  });

  test("B32, B8: keeps its cooldowns, locks, wrong codes and sends", () => {
    const property = fc.property(arbitraryStored, ({ input, context, record, now }) => {
      const { facts } = run(takenUp(input, record, now, context.contacts)).snapshot.context;
      for (const channel of ["email", "phone"] as const) {
        // References are the host's, and new in each run.
        const known = { ...context.facts[channel], sentTo: null };
        expect({ ...facts[channel], sentTo: null }).toEqual(known);
      }
    });
    fc.assert(property, { numRuns: 60 });
  });

  test("B34: knows nothing of what was verified; the service is asked again", () => {
    const property = fc.property(arbitraryStored, ({ input, record, now }) => {
      const { snapshot } = run(takenUp(input, record, now));
      expect(snapshot.context.evidence).toEqual({ email: null, phone: null });
      expect(snapshot.hasTag("verified")).toBe(false);
    });
    fc.assert(property, { numRuns: 60 });
  });
});

/** Anything that may be found where a number, a text, a list or an object was. */
const arbitraryJunk: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(-1, 0.5, 1e300, 2 ** 53, "", "accepted", [], {}, null, true, [1e300], {
    until: 0,
    lengthMs: 0,
  }),
);

/** Every place in a plain value, as the keys that lead there. */
const placesIn = (value: unknown, path: readonly string[] = []): ReadonlyArray<readonly string[]> =>
  typeof value !== "object" || value === null
    ? [path]
    : [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))];

function changed(value: unknown, path: readonly string[], change: (inner: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    name === key ? changed(inner, rest, change) : inner,
  ]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** A record that something has damaged: a member replaced, dropped, or added. */
const arbitraryDamaged = fc
  .tuple(arbitraryStored, fc.nat(), arbitraryJunk, fc.constantFrom("replace", "drop", "add"), fc.string())
  .map(([stored, where, junk, how, name]) => {
    const plain: unknown = JSON.parse(JSON.stringify(stored.record));
    const places = placesIn(plain);
    const path = places[where % places.length] ?? [];
    const damaged = changed(plain, path, (inner) => {
      if (how === "replace" || typeof inner !== "object" || inner === null || Array.isArray(inner))
        return junk;
      if (how === "add") return Object.assign({}, inner, { [name]: junk });
      return Object.fromEntries(Object.entries(inner).slice(1));
    });
    const { input, now } = stored;
    return { input, now, damaged };
  });

describe("a damaged record", () => {
  test("B33: never throws, and is accepted unchanged only if it has the shape of a record", () => {
    const property = fc.property(
      fc.oneof(
        arbitraryDamaged.map(({ damaged }) => damaged),
        fc.anything(),
      ),
      (stored) => {
        const parsed = parseRecord(stored, { userId: USER, now: 0 });
        if (parsed.isErr()) return;
        expect(parsed.value).toBe(stored);
        expect(Object.keys(parsed.value).sort()).toEqual(
          ["version", "userId", "expiresAt", "email", "phone", "phoneToVerify", "otherPhoneTried"].sort(),
        );
        expect(parsed.value).toMatchObject({ version: 2, userId: USER });
      },
    );
    fc.assert(property, { numRuns: 400 });
  });

  test("B33: that is accepted begins with a read, breaks nothing, and never verifies without the service", () => {
    const property = fc.property(arbitraryDamaged, arbitraryMoves, ({ damaged, input, now }, moves) => {
      const parsed = parseRecord(damaged, { userId: USER, now });
      if (parsed.isErr()) return;
      const flow = run(takenUp(input, parsed.value, now));
      expect(flow.active().map(({ id }) => id)).toEqual(["readStatus"]);
      const read = flow.active().find(isCall);
      if (read !== undefined) flow.finish(read, success(read.src), 0);
      expect(flow.snapshot.hasTag("verified")).toBe(false);
      for (const move of moves) {
        make(flow, move);
        expect(() => view(flow.snapshot, flow.now.wall)).not.toThrow();
      }
      expect(flow.snapshot.status).not.toBe("error");
    });
    fc.assert(property, { numRuns: 150 });
  });

  test("B33, B16: that is accepted never blocks the user for longer than the longest barrier", () => {
    const property = fc.property(arbitraryDamaged, ({ damaged, input, now }) => {
      const parsed = parseRecord(damaged, { userId: USER, now });
      if (parsed.isErr()) return;
      const flow = run(takenUp(input, parsed.value, now));
      const read = flow.active().find(isCall);
      if (read !== undefined) flow.finish(read, success(read.src), 0);
      const { policy } = input;
      const longest = Math.max(policy.cooldownMs, policy.lockMs, policy.sendWindowMs, 3_600_000);
      const seen = view(flow.snapshot, now);
      const shown = [seen.resend?.availableAt, seen.phoneEntry?.availableAt, seen.lock?.until].map(
        (at) => (at ?? now) - now,
      );
      const waited = activeIn(flow.snapshot)
        .filter(isWait)
        .map((wait) => wait.input.lengthMs);
      expect(Math.max(0, ...shown, ...waited)).toBeLessThanOrEqual(longest);
    });
    fc.assert(property, { numRuns: 400 });
  });

  test("B33: an undamaged record is accepted unchanged, for its user and until it expires", () => {
    const property = fc.property(arbitraryStored, ({ record, now }) => {
      const stored: unknown = JSON.parse(JSON.stringify(record));
      const parsed = parseRecord(stored, { userId: USER, now: Math.min(now, record.expiresAt - 1) });
      expect(parsed.isOk() && isDeepStrictEqual(parsed.value, record)).toBe(true);
      expect(parseRecord(stored, { userId: USER + 1, now: 0 }).isErr()).toBe(true);
      expect(parseRecord(stored, { userId: USER, now: record.expiresAt }).isErr()).toBe(true);
    });
    fc.assert(property, { numRuns: 60 });
  });
});

describe("a record of one number, resumed with another", () => {
  const OLD = "+359888123456";
  /** The same first three and last two digits: the mask can't tell it from the old one. */
  const LOOKALIKE = "+359777999956";
  const OTHER = "+359888654321";

  /** Resumes a flow whose code went to the old number with the given one. Its e-mail is verified. */
  async function takeUpWith(phone: string, prepare: "sent" | "sending") {
    const clock = createSimulatedClock();
    const fake = createFakeApi("person@example.com");
    fake.service.verified.email = true;
    if (prepare === "sending") fake.script("sendPhoneCode", { hold: true });
    const base = { api: fake.api, clock, random: () => 0.5, policy: defaultPolicy };
    const user = { id: USER, email: "person@example.com" };
    const first = createVerification({ ...base, user: { ...user, phone: OLD } })._unsafeUnwrap();
    first.start();
    await clock.settle();
    const stored: unknown = JSON.parse(JSON.stringify(first.record()));
    first.suspend();
    await clock.settle();
    await clock.advance(120_000);
    const record = parseRecord(stored, { userId: USER, now: clock.now() })._unsafeUnwrap();
    const flow = createVerification({ ...base, user: { ...user, phone }, record })._unsafeUnwrap();
    return { clock, fake, flow };
  }

  test.each([
    ["another number", OTHER],
    ["a number with the same mask", LOOKALIKE],
  ])("B17: %s gets its own code", async (_name, phone) => {
    const { clock, fake, flow } = await takeUpWith(phone, "sent");
    flow.start();
    await clock.settle();
    flow.resend();
    await clock.settle();
    expect(fake.service.phone).toBe(phone);
    flow.suspend();
  });

  /** The send to the new number gets stuck before the service, where the old code is still good. */
  async function submitOldCode(phone: string) {
    const world = await takeUpWith(phone, "sent");
    const oldCode = world.fake.service.codes.phone ?? "";
    world.fake.script("sendPhoneCode", { hold: true });
    world.flow.start();
    await world.clock.settle();
    world.fake.service.codes.phone = oldCode;
    world.flow.submitCode(oldCode);
    await world.clock.settle();
    const seen = world.flow.view();
    world.flow.suspend();
    return seen;
  }

  test("B17: the old number's code doesn't verify another one", async () => {
    expect(await submitOldCode(OTHER)).toMatchObject({ step: "phone", evidence: { phone: null } });
  });

  test("B17: where a number may be the old one or not, its code verifies a number without a name", async () => {
    expect(await submitOldCode(LOOKALIKE)).toMatchObject({ evidence: { phone: { contact: null } } });
    // A reload in the middle of the flow, with the number still given by the application, looks the same.
    expect(await submitOldCode(OLD)).toMatchObject({ step: "verified" });
  });

  test("B17, B31: a send to the old number that was cut short isn't taken for one to the new number", async () => {
    const { clock, flow } = await takeUpWith(OTHER, "sending");
    flow.start();
    await clock.settle();
    const seen = flow.view();
    // Either a code was sent to the new number, or the view doesn't say that one may have been.
    expect(seen.code?.sent).not.toBe("perhaps");
    flow.suspend();
  });

  test("B17, B32: a number that was given and not sent to is not taken for one with the same mask that was", async () => {
    const { clock, fake, flow } = await takeUpWith(OLD, "sent");
    flow.start();
    await clock.settle();
    fake.script("sendPhoneCode", { fail: failure.throttled });
    expect(flow.submitPhone(LOOKALIKE).isOk()).toBe(true);
    await clock.settle();
    expect(flow.view().code?.sent).toBe("no");
    flow.suspend();
    const user = { id: USER, email: "person@example.com" };
    let before = flow;
    for (const reload of ["first", "second"]) {
      const stored: unknown = JSON.parse(JSON.stringify(before.record()));
      const record = parseRecord(stored, { userId: USER, now: clock.now() })._unsafeUnwrap();
      const again = createVerification({ api: fake.api, clock, user, record })._unsafeUnwrap();
      again.start();
      await clock.settle();
      expect([reload, again.view().code]).toMatchObject([reload, { sent: "no", sentAt: null }]);
      again.suspend();
      before = again;
    }
  });

  test("B17: a flag names no number when none is known to be the one on file", async () => {
    const clock = createSimulatedClock();
    const fake = createFakeApi("person@example.com");
    fake.service.verified.email = true;
    const user = { id: USER, email: "person@example.com" };
    const flow = createVerification({ api: fake.api, clock, user, policy: defaultPolicy })._unsafeUnwrap();
    flow.start();
    await clock.advance(DAY);
    // Another number is verified on another device; the send that follows is answered 204, and nothing is sent.
    fake.service.verified.phone = true;
    flow.submitPhone(OTHER);
    await clock.settle();
    expect(flow.view()).toMatchObject({ step: "verified", evidence: { phone: { contact: null } } });
  });
});
