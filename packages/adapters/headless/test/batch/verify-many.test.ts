import { systemClock, type Clock, type RecordStore, type StoreFailure } from "@veristep/core";
import { BatchStopped, promisedCodes, verifyMany } from "@veristep/headless";
import { createHttpApi } from "@veristep/http";
import { createSandbox } from "@veristep/sandbox";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Stream from "effect/Stream";
import { errAsync, okAsync, ResultAsync } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createMemoryStore } from "../../src/batch/memory-store.js";
import { crowd } from "../support/crowd.js";

const failureOf = (exit: Exit.Exit<unknown, unknown> | null): unknown =>
  exit !== null && Exit.isFailure(exit) ? Cause.squash(exit.cause) : null;

describe("verifyMany", () => {
  test("verifies all rows within the limit of concurrency, with one token and two sends each (B43)", async () => {
    const here = crowd({ people: 60, concurrency: 7 });
    here.begin();
    await here.pass(5_000);
    expect(here.buckets()).toEqual({ verified: 60 });
    expect(new Set(here.outcomes.map(({ row }) => row.userId)).size).toBe(60);
    expect(here.load.most).toBe(7);
    expect(here.tokens).toEqual(["first"]);
    expect(here.sandbox.record.sent).toBe(120);
    expect(Exit.isSuccess(here.end() ?? Exit.void)).toBe(true);
    expect(here.clock.pending).toBe(0);
  });

  test("parks a flow that waits for its code, and resumes it from its record", async () => {
    const here = crowd({ people: 50, concurrency: 2, resendAfterMs: 600_000 });
    here.hold();
    here.begin();
    await here.pass(20_000);
    // With two places, all fifty wait; what is left of them is one timer.
    expect(here.waiting()).toBe(50);
    expect(here.clock.pending).toBe(50);
    here.deliver();
    await here.pass(5_000);
    expect(here.buckets()).toEqual({ verified: 50 });
    expect(here.sandbox.record.sent).toBe(100);
  });

  test("keeps to the limit of waiting flows", async () => {
    const here = crowd({ people: 30, concurrency: 3, maxWaiting: 10, resendAfterMs: 600_000 });
    here.hold();
    here.begin();
    await here.pass(20_000);
    expect(here.sandbox.record.sent).toBe(13);
    here.deliver();
    await here.pass(20_000);
    expect(here.buckets()).toEqual({ verified: 30 });
  });

  test("requests a new code when none comes, and gives the row up after `maxAutoResends`", async () => {
    const here = crowd({ people: 3, resendAfterMs: 70_000, maxAutoResends: 1 });
    here.hold();
    here.begin();
    await here.pass(69_000);
    expect(here.sandbox.record.sent).toBe(3);
    await here.pass(10_000);
    expect(here.sandbox.record.sent).toBe(6);
    await here.pass(140_000);
    expect(here.buckets()).toEqual({ noCode: 3 });
    expect(here.outcomes[0]).toMatchObject({ reason: "noCodeCame" });
    expect(here.clock.pending).toBe(0);
  });

  test("keeps to the rates of sends and of calls (B43)", async () => {
    const here = crowd({
      people: 20,
      concurrency: 20,
      sendsPerSecond: 2,
      callsPerSecond: 50,
      parkAfterMs: 60_000,
    });
    here.begin();
    await here.pass(10_000);
    const sends = Object.entries(here.sandbox.record.requests)
      .filter(([operation]) => operation.startsWith("send"))
      .reduce((sum, [, count]) => sum + count, 0);
    expect(sends).toBeGreaterThanOrEqual(18);
    expect(sends).toBeLessThanOrEqual(21);
    await here.pass(12_000);
    expect(here.buckets()).toEqual({ verified: 20 });
  });

  test("pauses all flows after a 429 for as long as the service asks (B43)", async () => {
    const here = crowd({
      people: 40,
      concurrency: 4,
      sandbox: {
        faults: [{ operation: "confirmEmail", skip: 3, fault: { kind: "throttled", retryAfter: 20 } }],
      },
    });
    here.begin();
    await here.pass(19_000);
    const before = here.outcomes.length;
    const calls = Object.values(here.sandbox.record.requests).reduce((sum, count) => sum + count, 0);
    // Only calls that were under way when the 429 came.
    expect(calls).toBeLessThan(30);
    expect(before).toBeLessThan(8);
    await here.pass(1_200_000);
    expect(here.buckets()).toEqual({ verified: 40 });
    // The 429 left the code unused: it works later, and no second one is sent.
    expect(here.sandbox.record.sent).toBe(80);
  });

  test("keeps to the rate after such a pause (B43)", async () => {
    const here = crowd({
      people: 40,
      concurrency: 40,
      callsPerSecond: 10,
      sandbox: {
        faults: [
          { operation: "confirmEmail", skip: 1, times: 1, fault: { kind: "throttled", retryAfter: 20 } },
        ],
      },
    });
    here.begin();
    const calls = () => Object.values(here.sandbox.record.requests).reduce((sum, count) => sum + count, 0);
    const inEachSecond: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      const before = calls();
      await here.pass(1_000);
      inEachSecond.push(calls() - before);
    }
    expect(inEachSecond).toContain(0);
    expect(Math.max(...inEachSecond)).toBeLessThanOrEqual(11);
  });

  test("replaces an expired token with one request, and costs no row an attempt (B45)", async () => {
    let expired = false;
    const here = crowd({
      people: 30,
      concurrency: 6,
      sandbox: { policy: { tokens: [] } },
      wrap: (api) => ({
        ...api,
        confirmPhone: (call) => {
          if (!expired) here.sandbox.expireTokens();
          expired = true;
          return api.confirmPhone(call);
        },
      }),
    });
    here.begin();
    await here.pass(10_000);
    expect(here.buckets()).toEqual({ verified: 30 });
    expect(here.tokens).toEqual(["first", "expired"]);
    expect(here.sandbox.record.sent).toBe(60);
  });

  test("pauses while no valid token is available, and continues where it was (B45)", async () => {
    const token = { good: true };
    const here = crowd({
      people: 30,
      concurrency: 6,
      sandbox: { policy: { tokens: ["good"] } },
      token: () => (token.good ? "good" : "bad"),
    });
    token.good = false;
    here.begin();
    await here.pass(60_000);
    expect(here.buckets()).toEqual({});
    // Longer and longer pauses, not one request after the other for each flow.
    expect(here.tokens.length).toBeLessThan(60);
    token.good = true;
    await here.pass(120_000);
    expect(here.buckets()).toEqual({ verified: 30 });
    expect(here.sandbox.record.sent).toBe(60);
  });

  test("stops without a valid token for too long, with no row in a bucket (B45)", async () => {
    const here = crowd({ people: 5, sandbox: { policy: { tokens: ["good"] } }, token: () => "bad" });
    here.begin();
    await here.pass(400_000);
    expect(failureOf(here.end())).toEqual(new BatchStopped({ reason: "token" }));
    expect(here.outcomes).toEqual([]);
    expect(here.clock.pending).toBe(0);
  });

  test("stops before the next send when the store fails (B41)", async () => {
    const store: RecordStore = {
      load: () => okAsync(null),
      save: () => errAsync({ kind: "full" }),
      remove: () => okAsync(undefined),
    };
    const here = crowd({ people: 20, store });
    here.begin();
    await here.pass(5_000);
    expect(failureOf(here.end())).toEqual(new BatchStopped({ reason: "store" }));
    expect(here.sandbox.record.sent).toBe(0);
    expect(here.outcomes).toEqual([]);
  });

  test("stops each flow before its next request when the store fails and no outcome is taken (B41)", async () => {
    const inMemory = createMemoryStore();
    const disk = { full: false };
    const store: RecordStore = {
      ...inMemory,
      save: (record) => (disk.full ? errAsync({ kind: "full" }) : inMemory.save(record)),
    };
    const here = crowd({ people: 40, concurrency: 4, store });
    const calls = () => Object.values(here.sandbox.record.requests).reduce((sum, count) => sum + count, 0);
    let before = 0;
    // The consumer is busy with the first outcome: it doesn't see yet that the stream has failed.
    here.begin(undefined, {}, () => {
      disk.full = true;
      before = calls();
      return Effect.never;
    });
    await here.pass(20_000);
    expect(disk.full).toBe(true);
    // One request of each of the others was under way.
    expect(calls() - before).toBeLessThanOrEqual(3);
  });

  test("continues after a suspension that was longer than a store may take (B41)", async () => {
    const inMemory = createMemoryStore();
    const answered = <Value>(give: () => ResultAsync<Value, StoreFailure>) =>
      new ResultAsync(new Promise<void>((resolve) => setImmediate(resolve)).then(give));
    const store: RecordStore = {
      load: (userId) => answered(() => inMemory.load(userId)),
      save: (record) => answered(() => inMemory.save(record)),
      remove: (userId) => answered(() => inMemory.remove(userId)),
    };
    // The patience with a store is over in the turn in which the answer comes, and before it.
    const clock: Clock = {
      now: () => systemClock.now(),
      schedule: (wake, delayMs) => {
        if (delayMs !== 2_000) return systemClock.schedule(wake, delayMs);
        const timer = setImmediate(wake);
        return () => {
          clearImmediate(timer);
        };
      },
    };
    const sandbox = createSandbox();
    const api = createHttpApi({
      baseUrl: "http://localhost",
      getToken: () => "any",
      fetch: (url, init) => sandbox.fetch(url, init),
    });
    const userId = sandbox.addUser({ email: "person@example.com" });
    const codes = promisedCodes(async ({ channel }) => sandbox.latestCode(userId, channel) ?? "");
    const rows = Stream.succeed({ userId, email: "person@example.com", phone: "+359888123456" });
    const outcomes = await Effect.runPromise(
      Stream.runCollect(verifyMany(rows, { api, codes, store, clock })),
    );
    expect(outcomes).toMatchObject([{ bucket: "verified" }]);
  });

  test("verifies the rest when a row is invalid, a duplicate, or of an unknown user (B42)", async () => {
    const here = crowd({ people: 3, resendAfterMs: 600_000 });
    const [first, second, third] = here.rows;
    if (first === undefined || second === undefined || third === undefined) throw new Error("three people");
    here.hold();
    here.begin(
      Stream.fromIterable([
        first,
        { userId: 1.5, email: "a@example.com" },
        { ...first },
        { userId: 999_999, email: "b@example.com" },
        { ...second, email: "not the registered one" },
        { userId: third.userId, email: third.email },
      ]),
    );
    await here.pass(3_000);
    here.deliver();
    await here.pass(3_000);
    expect(here.outcomes.map(({ bucket, reason }) => `${bucket} ${reason}`).sort()).toEqual([
      "badRow user.email",
      "badRow user.id",
      "duplicateId duplicateId",
      "needsPerson phoneMissing",
      "refused userNotFound",
      "verified verified",
    ]);
  });

  test("begins nothing when it drains, finishes work under way, and leaves the rest to another run (B44)", async () => {
    const drain = new AbortController();
    const here = crowd({ people: 40, concurrency: 4, drain: drain.signal, callsPerSecond: 20 });
    here.begin();
    await here.pass(4_000);
    drain.abort();
    await here.pass(4_000);
    expect(Exit.isSuccess(here.end() ?? Exit.fail("running"))).toBe(true);
    const done = here.outcomes.length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(40);
    expect(here.clock.pending).toBe(0);

    const sent = here.sandbox.record.sent;
    expect(sent).toBeLessThanOrEqual((done + 4) * 2);
  });

  test("leaves no timer, request or waiting flow behind when it is interrupted (B14, B28)", async () => {
    const here = crowd({ people: 40, concurrency: 4, resendAfterMs: 600_000 });
    here.hold();
    here.begin();
    await here.pass(1_000);
    expect(here.waiting()).toBeGreaterThan(0);
    here.stop.abort();
    await here.pass(100);
    expect(here.end()).not.toBeNull();
    expect(here.waiting()).toBe(0);
    expect(here.load.now).toBe(0);
    expect(here.clock.pending).toBe(0);
  });

  test("ends at once when it is interrupted during a pause (B44)", async () => {
    const here = crowd({
      people: 4,
      sandbox: { faults: [{ operation: "confirmEmail", fault: { kind: "throttled", retryAfter: 60 } }] },
    });
    here.begin();
    await here.pass(1_000);
    here.stop.abort();
    await here.pass(100);
    expect(here.end()).not.toBeNull();
    expect(here.clock.pending).toBe(0);
  });
});
