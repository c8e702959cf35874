import type { VerificationRecord } from "@veristep/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { newest } from "../src/host/other-records.js";

const time = fc.integer({ min: 1, max: 9 });
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });

const deadline = { until: time, lengthMs: fc.constant(5) };
const facts = {
  sends: fc.array(time, { maxLength: 3 }),
  newestSend: fc.constantFrom("accepted" as const, "perhaps" as const, null),
  sentTo: orNull(fc.constantFrom("p•••@example.com", "+359 •• ••• ••56")),
  sendingSince: orNull(time),
  cooldown: orNull(fc.record(deadline)),
  attempts: fc.nat({ max: 3 }),
  lock: orNull(fc.record({ ...deadline, by: fc.constant("attempts" as const) })),
};
// Each send is counted.
const channel = fc.oneof(
  fc.record({ ...facts, generation: fc.constant(0), sentAt: fc.constant(null) }),
  fc.record({ ...facts, generation: fc.integer({ min: 1, max: 3 }), sentAt: time }),
);
const record: fc.Arbitrary<VerificationRecord> = fc.record({
  version: fc.constant(2 as const),
  userId: fc.constant(7),
  expiresAt: time,
  email: orNull(channel),
  phone: orNull(channel),
  phoneToVerify: orNull(
    fc.record({ masked: fc.constant("+359 •• ••• ••56"), onFile: fc.constantFrom("yes", "perhaps", "no") }),
  ),
  otherPhoneTried: fc.boolean(),
});

const channels = ["email", "phone"] as const;

test("B1: of a tab that has sent less often, the newest send that either knows is not forgotten", () => {
  const property = fc.property(record, record, (theirs, ours) => {
    const now = newest(theirs, ours);
    for (const one of channels) {
      if ((theirs[one]?.generation ?? 0) >= (ours[one]?.generation ?? 0)) continue;
      const latest = Math.max(theirs[one]?.sentAt ?? 0, ours[one]?.sentAt ?? 0);
      expect(now[one]?.sentAt ?? 0).toBe(latest);
    }
  });
  fc.assert(property);
});

test("B7, B8: of a record that is behind, what bars for longer stays, and so does a send that it has begun", () => {
  const property = fc.property(record, record, (theirs, ours) => {
    const now = newest(theirs, ours);
    for (const one of channels) {
      const [other, result] = [theirs[one], now[one]];
      for (const bar of ["cooldown", "lock"] as const)
        expect(result?.[bar]?.until ?? 0).toBeGreaterThanOrEqual(other?.[bar]?.until ?? 0);
      expect(result?.sendingSince ?? null).toSatisfy(
        (since) => since !== null || (other?.sendingSince ?? null) === null,
      );
    }
  });
  fc.assert(property);
});

test("B7, B8: what has begun to bar here since their newest send bars on", () => {
  const property = fc.property(record, record, (theirs, ours) => {
    const now = newest(theirs, ours);
    for (const one of channels) {
      const [other, mine] = [theirs[one], ours[one]];
      for (const bar of ["cooldown", "lock"] as const) {
        const ofOurs = mine?.[bar] ?? null;
        const beganAt = ofOurs === null ? 0 : ofOurs.until - ofOurs.lengthMs;
        const isUntold = other !== null && beganAt > (other.sentAt ?? 0);
        expect(now[one]?.[bar]?.until ?? 0).toBeGreaterThanOrEqual(isUntold ? (ofOurs?.until ?? 0) : 0);
      }
    }
  });
  fc.assert(property);
});

test("B1: a tab that has sent less often, and nothing since, makes no send uncounted", () => {
  const property = fc.property(record, record, (theirs, ours) => {
    const now = newest(theirs, ours);
    for (const one of channels) {
      const knowsOfNone = (theirs[one]?.sentAt ?? 0) <= (ours[one]?.sentAt ?? 0);
      const atLeast = knowsOfNone ? (ours[one]?.generation ?? 0) : 0;
      expect(now[one]?.generation ?? 0).toBeGreaterThanOrEqual(atLeast);
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

/** The channels of which both know, and theirs of each send that ours does. */
const told = (theirs: VerificationRecord, ours: VerificationRecord) =>
  channels.flatMap((one) => {
    const [other, mine] = [theirs[one], ours[one]];
    return other !== null && mine !== null && other.generation >= mine.generation
      ? [{ one, other, mine }]
      : [];
  });

test("B7, B8: what barred here before their newest send is for them to say: it was over, or was lifted", () => {
  const property = fc.property(record, record, (theirs, ours) => {
    const now = newest(theirs, ours);
    for (const { one, other, mine } of told(theirs, ours)) {
      const barred = (["cooldown", "lock"] as const).filter((bar) => {
        const began = (mine[bar]?.until ?? 0) - (mine[bar]?.lengthMs ?? 0);
        return began <= (other.sentAt ?? 0);
      });
      for (const bar of barred) expect(now[one]?.[bar]).toEqual(other[bar]);
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("B8: wrong codes that a newer send or a lock of theirs has forgiven are not counted again", () => {
  const property = fc.property(record, record, (theirs, ours) => {
    const now = newest(theirs, ours);
    const forgiven = told(theirs, ours).filter(
      ({ other, mine }) => (mine.lock?.until ?? 0) <= (other.lock?.until ?? 0),
    );
    for (const { one, other } of forgiven) expect(now[one]?.attempts).toBe(other.attempts);
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("B8: no wrong code is forgotten for a tab that has sent less often, nor under a lock that holds here", () => {
  const property = fc.property(record, record, (theirs, ours) => {
    const now = newest(theirs, ours);
    const counted = channels.filter((one) => {
      const lock = now[one]?.lock ?? null;
      const holdsHere = lock !== null && lock === ours[one]?.lock;
      return now[one]?.generation !== theirs[one]?.generation || holdsHere;
    });
    for (const one of counted) {
      const most = Math.max(theirs[one]?.attempts ?? 0, ours[one]?.attempts ?? 0);
      expect(now[one]?.attempts).toBe(most);
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("a record that says what is known anyway changes nothing", () => {
  fc.assert(
    fc.property(record, (ours) => {
      expect(newest({ ...ours }, ours)).toEqual(ours);
    }),
  );
});
