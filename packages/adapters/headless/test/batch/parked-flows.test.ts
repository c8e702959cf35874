import { createSimulatedClock, recordStoreContract } from "@veristep/core/testing";
import type { VerificationRecord, UserId } from "@veristep/core";
import { NoCodes, promisedCodes, type CodeRequest } from "@veristep/headless";
import * as Redacted from "effect/Redacted";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createArrivals } from "../../src/codes/arrivals.js";
import { createMemoryStore } from "../../src/batch/memory-store.js";
import { createParkedFlows } from "../../src/batch/parked-flows.js";
import { crowd } from "../support/crowd.js";

const START = Date.UTC(2026, 0, 1, 10);

/** Small numbers for small tests: all of them wait, and codes come when they are given. */
function lotWithArrivals(people = 3) {
  const clock = createSimulatedClock(START);
  const told: string[] = [];
  const arrivals = createArrivals(() => clock.now(), {
    onFirst: () => told.push("first"),
    onLast: () => told.push("last"),
  });
  const ready: UserId[] = [];
  const lot = createParkedFlows(clock, arrivals, (userId) => ready.push(userId));
  const rows = Array.from({ length: people }, (_, index) => ({
    userId: index + 1,
    email: `Person${index + 1}@example.com`,
    phone: `+35988812345${index}`,
  }));
  const park = (userId: number, more: Partial<CodeRequest> = {}, waitMs = 60_000) => {
    const row = rows[userId - 1];
    if (row === undefined) throw new Error("nobody has that id");
    const request: CodeRequest = {
      userId,
      channel: "email",
      destination: Redacted.make(more.channel === "phone" ? row.phone : row.email),
      masked: null,
      sentAt: null,
      notBefore: clock.now() - 1_000,
      generation: 1,
      refused: new Set(),
      view: null,
      ...more,
    };
    const memory = { tried: request.refused, resends: 1 };
    lot.park(row, { kind: "parked", request, wakeAt: clock.now() + waitMs, held: null, memory });
  };
  const come = (
    code: string,
    to: { userId: number } | { contact: string },
    channel: "email" | "phone" = "email",
  ) => {
    arrivals.add([{ channel, to, code, at: clock.now() }]);
  };
  const answerOf = (userId: number) => lot.take(userId)?.resumed.answer;
  return { clock, arrivals, lot, ready, park, come, answerOf, told };
}

describe("flows that wait without an actor", () => {
  test("get their code by user or by contact, whichever way it is spelt, and only theirs", () => {
    const { park, come, ready, answerOf, lot } = lotWithArrivals();
    park(1);
    park(2, { channel: "phone" });
    park(3);
    come("111111", { contact: " person1@EXAMPLE.com" });
    come("999999", { userId: 2 });
    come("222222", { contact: "359 888 123451" }, "phone");
    come("888888", { contact: "nobody@example.com" });
    expect(ready).toEqual([1, 2]);
    expect(answerOf(1)).toEqual({ kind: "code", code: "111111" });
    expect(answerOf(2)).toEqual({ kind: "code", code: "222222" });
    expect(lot.size()).toBe(1);
    expect(answerOf(3)).toBeNull();
    expect(answerOf(3)).toBeUndefined();
  });

  test("get a code at once that is there, and never a refused, foreign or stale one", () => {
    const { park, come, ready, answerOf, clock } = lotWithArrivals();
    come("111111", { userId: 1 });
    park(1);
    expect(ready).toEqual([1]);
    expect(answerOf(1)).toMatchObject({ code: "111111" });
    park(1, { refused: new Set(["111111"]) });
    park(2, { notBefore: clock.now() + 1 });
    come("222222", { userId: 2 });
    come("111111", { userId: 1 });
    expect(ready).toEqual([1]);
    come("333333", { userId: 1 });
    expect(answerOf(1)).toMatchObject({ code: "333333" });
  });

  test("keep the tried codes and the number of sends", () => {
    const { park, lot } = lotWithArrivals();
    park(2, { channel: "phone", generation: 4, refused: new Set(["111111"]) });
    expect(lot.take(2)).toEqual({
      row: expect.objectContaining({ userId: 2 }) as object,
      resumed: {
        channel: "phone",
        generation: 4,
        memory: { tried: new Set(["111111"]), resends: 1 },
        answer: null,
      },
    });
  });

  test("is ready once when its time is over and the source has had a last look, and takes a late code along (B32)", async () => {
    const { park, come, ready, answerOf, clock } = lotWithArrivals();
    park(1, {}, 30_000);
    park(2, {}, 10_000);
    park(3, {}, 20_000);
    await clock.advance(10_999);
    expect(ready).toEqual([]);
    await clock.advance(1);
    expect(ready).toEqual([2]);
    await clock.advance(20_000);
    expect(ready).toEqual([2, 3, 1]);
    come("333333", { userId: 3 });
    expect(ready).toEqual([2, 3, 1]);
    expect([answerOf(1), answerOf(2), answerOf(3)]).toEqual([null, null, { kind: "code", code: "333333" }]);
    expect(clock.pending).toBe(0);
  });

  test("takes one last look when the process sees that the time is over, however late (B1)", async () => {
    const { park, come, ready, answerOf, clock } = lotWithArrivals();
    park(1, {}, 30_000);
    park(2, {}, 30_000);
    clock.setTime(START + 600_000);
    await clock.advance(30_999);
    expect(ready).toEqual([]);
    come("111111", { userId: 1 });
    expect(ready).toEqual([1]);
    await clock.advance(1);
    expect([ready, answerOf(1), answerOf(2)]).toEqual([[1, 2], { kind: "code", code: "111111" }, null]);
    park(3, {}, 30_000);
    await clock.advance(30_999);
    expect(ready).toEqual([1, 2]);
    await clock.advance(1);
    expect([ready, clock.pending]).toEqual([[1, 2, 3], 0]);
  });

  test("tells the source when a flow waits, and fails all flows when the source ends", () => {
    const { park, come, arrivals, ready, answerOf, told, lot } = lotWithArrivals();
    park(1);
    come("111111", { userId: 1 });
    park(2);
    park(3);
    const ended = new NoCodes({ source: "test", reason: "ended", detail: "It has ended." });
    arrivals.end(ended);
    expect(ready).toEqual([1, 2, 3]);
    expect([answerOf(1), answerOf(2), answerOf(3)]).toEqual([{ kind: "code", code: "111111" }, ended, ended]);
    park(2);
    expect(answerOf(2)).toBe(ended);
    expect(told).toEqual(["first", "last", "first", "last"]);
    lot.close();
  });

  test("leaves no timer and no request when it is closed", () => {
    const { park, come, lot, clock, ready, told } = lotWithArrivals();
    park(1);
    lot.close();
    come("111111", { userId: 1 });
    expect({ ready, told, timers: clock.pending }).toEqual({ ready: [], told: ["first", "last"], timers: 0 });
  });
});

describe("records in memory", () => {
  for (const { name, run } of recordStoreContract) {
    test(`the port: ${name}`, async () => {
      await expect(
        run({ store: createMemoryStore(), reopened: null, damage: null }),
      ).resolves.toBeUndefined();
    });
  }

  test("come back unchanged, whatever they hold (B32)", async () => {
    const deadline = fc.option(fc.record({ until: fc.double({ noNaN: true }), lengthMs: fc.nat() }));
    const channel = fc.record({
      generation: fc.nat(),
      sends: fc.array(fc.integer()),
      newestSend: fc.constantFrom("accepted" as const, "perhaps" as const, null),
      sentAt: fc.option(fc.integer()),
      sentTo: fc.option(fc.oneof(fc.string({ unit: "binary" }), fc.constant("и•••@пример.бг"))),
      sendingSince: fc.option(fc.integer()),
      cooldown: deadline,
      attempts: fc.nat(),
      lock: fc.constant(null),
    });
    const record: fc.Arbitrary<VerificationRecord> = fc.record({
      version: fc.constant(2 as const),
      userId: fc.nat(),
      expiresAt: fc.integer(),
      email: fc.option(channel),
      phone: fc.option(channel),
      phoneToVerify: fc.option(
        fc.record({
          masked: fc.string({ unit: "binary" }),
          onFile: fc.constantFrom("yes" as const, "no" as const),
        }),
      ),
      otherPhoneTried: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(record, async (given) => {
        const store = createMemoryStore();
        await store.save(given);
        const kept = (await store.load(given.userId))._unsafeUnwrap();
        expect(kept).toEqual(JSON.parse(JSON.stringify(given)));
      }),
      { numRuns: 30 },
    );
  });
});

describe("verifyMany, with a source for all", () => {
  test("parks all flows with two places, and verifies them with two sends each when the codes come", async () => {
    const here = crowd({ people: 50, concurrency: 2, resendAfterMs: 600_000, attended: true });
    here.hold();
    here.begin();
    await here.pass(20_000);
    expect(here.sandbox.record.sent).toBe(50);
    expect(here.clock.pending).toBe(50);
    here.deliver();
    await here.pass(5_000);
    expect(here.buckets()).toEqual({ verified: 50 });
    expect(here.sandbox.record.sent).toBe(100);
    expect(here.clock.pending).toBe(0);
  });

  test("uses a code that comes when its flow is about to request a new one", async () => {
    const here = crowd({
      people: 20,
      concurrency: 1,
      resendAfterMs: 70_000,
      attended: true,
      callsPerSecond: 2,
    });
    here.hold();
    here.begin();
    // All are due, and wait for the one place to resume.
    await here.pass(80_000);
    here.deliver();
    const before = here.sandbox.record.requests.sendEmailCode;
    await here.pass(120_000);
    expect(here.buckets()).toEqual({ verified: 20 });
    expect(here.sandbox.record.requests.sendEmailCode - before).toBeLessThanOrEqual(1);
  });

  test("ends the waiting rows with the reason when the source ends", async () => {
    const here = crowd({ people: 5, attended: true });
    here.hold();
    here.begin();
    await here.pass(2_000);
    here.arrivals.end(new NoCodes({ source: "test", reason: "ended", detail: "It has ended." }));
    await here.pass(2_000);
    expect(here.buckets()).toEqual({ noCode: 5 });
    expect(here.outcomes[0]).toMatchObject({ reason: "test:ended" });
  });

  test("keeps a code without a place during a lock, and enters it when the lock ends (B8)", async () => {
    const policy = { maxAttempts: 2, lockMs: 60_000 };
    const here = crowd({ people: 2, concurrency: 1, policy, resendAfterMs: 600_000 });
    const [unlucky] = here.rows;
    const wrong = ["000001", "000002"];
    const codes = promisedCodes(({ userId, channel }) =>
      Promise.resolve(
        (userId === unlucky?.userId ? wrong.shift() : undefined) ??
          here.sandbox.latestCode(userId, channel) ??
          "",
      ),
    );
    here.begin(undefined, { codes });
    await here.pass(20_000);
    expect(here.outcomes.map(({ row, bucket }) => [row.userId, bucket])).toEqual([
      [here.rows[1]?.userId, "verified"],
    ]);
    await here.pass(60_000);
    expect(here.buckets()).toEqual({ verified: 2 });
    expect(here.sandbox.record.sent).toBe(4);
    expect(here.clock.pending).toBe(0);
  });

  test("keeps a flow that asks the user, so that no input is lost by parking", async () => {
    const here = crowd({ people: 1, parkAfterMs: 1 });
    const asked: Array<CodeRequest> = [];
    const { next } = promisedCodes((request) => {
      asked.push(request);
      return new Promise(() => {});
    });
    here.begin(undefined, { codes: { next, asksPerson: true } });
    await here.pass(60_000);
    expect(asked.map(({ view }) => view?.awaiting)).toEqual(["code"]);
  });
});
