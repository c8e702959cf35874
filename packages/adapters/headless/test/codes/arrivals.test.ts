import { isDeepStrictEqual } from "node:util";
import type { UserId } from "@veristep/core";
import * as fc from "fast-check";
import { NoCodes } from "@veristep/headless";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import * as Redacted from "effect/Redacted";
import { describe, expect, test } from "vitest";
import { createArrivals, KEPT_FOR_MS } from "../../src/codes/arrivals.js";
import { aRequest } from "./requests.js";

const NOW = 1_800_000_000_000;

function makeArrivals() {
  let now = NOW;
  const arrivals = createArrivals(() => now);
  return {
    arrivals,
    pass: (ms: number) => {
      now += ms;
    },
    add: (code: string, to: { userId: UserId } | { contact: string } = { userId: 7 }, at = now) =>
      arrivals.add([{ channel: "email", to, code, at }]),
    ask: (more: Parameters<typeof aRequest>[0] = {}) => {
      const fiber = Effect.runFork(arrivals.next(aRequest({ notBefore: NOW - 1_000, ...more })));
      return {
        now: () => {
          const exit = fiber.pollUnsafe();
          if (exit === undefined) return undefined;
          return Exit.isSuccess(exit) ? exit.value : "Failure";
        },
        stop: () => Effect.runPromise(Fiber.interrupt(fiber)),
      };
    },
  };
}

describe("codes that have come, and requests that wait", () => {
  test("gives a code to the user who verifies the contact it went to, however that is spelt", () => {
    const { ask, add } = makeArrivals();
    const email = ask({ destination: Redacted.make("Person@Example.com") });
    const phone = ask({ userId: 9, channel: "phone", destination: Redacted.make("+359 888 123456") });
    add("111111", { contact: " person@example.COM" });
    expect(email.now()).toEqual({ kind: "code", code: "111111" });
    expect(phone.now()).toBeUndefined();
  });

  test('keeps the codes of users 7 and "7" apart', () => {
    const { ask, add } = makeArrivals();
    const number = ask({ userId: 7, destination: null });
    const string = ask({ userId: "7", destination: null });
    add("111111", { userId: "7" });
    expect([number.now(), string.now()]).toEqual([undefined, { kind: "code", code: "111111" }]);
  });

  test("gives no code of the other channel", () => {
    const { ask, add } = makeArrivals();
    const phone = ask({ channel: "phone" });
    add("111111");
    expect(phone.now()).toBeUndefined();
  });

  test("gives a code to the user whose send was last, of two at one contact, and keeps it theirs", () => {
    const { ask, add } = makeArrivals();
    const destination = Redacted.make("shared@example.com");
    const earlier = ask({ userId: 1, destination, notBefore: NOW - 60_000 });
    const later = ask({ userId: 2, destination, notBefore: NOW - 30_000 });
    add("222222", { contact: "shared@example.com" });
    expect(later.now()).toEqual({ kind: "code", code: "222222" });
    expect(earlier.now()).toBeUndefined();
    expect(ask({ userId: 1, destination }).now()).toBeUndefined();
    expect(ask({ userId: 2, destination }).now()).toEqual({ kind: "code", code: "222222" });
  });

  test("keeps a code only while it can be valid", () => {
    const { ask, add, pass } = makeArrivals();
    add("111111");
    pass(KEPT_FOR_MS);
    expect(ask().now()).toEqual({ kind: "code", code: "111111" });
    pass(1);
    add("222222", { userId: 8 });
    expect(ask().now()).toBeUndefined();
  });

  test("drops the oldest codes in a flood", () => {
    const { ask, arrivals } = makeArrivals();
    const flood = Array.from({ length: 100_001 }, (_, index) => ({
      channel: "email" as const,
      to: { userId: index + 1 },
      code: "111111",
      at: NOW,
    }));
    arrivals.add(flood);
    arrivals.add([]);
    expect(ask({ userId: 1 }).now()).toBeUndefined();
    expect(ask({ userId: 2 }).now()).toEqual({ kind: "code", code: "111111" });
  });

  test("drops only that user's oldest codes when one user is flooded", () => {
    const { ask, add } = makeArrivals();
    add("111111", { userId: 8 });
    for (let code = 100_000; code <= 100_020; code += 1) add(String(code));
    const newer = Array.from({ length: 20 }, (_, index) => String(100_001 + index));
    expect(ask({ refused: new Set(newer) }).now()).toBeUndefined();
    expect(ask({ refused: new Set(newer.slice(1)) }).now()).toEqual({ kind: "code", code: "100001" });
    expect(ask({ userId: 8 }).now()).toEqual({ kind: "code", code: "111111" });
  });

  test("calls its hooks when the first request waits, and when the last has left", async () => {
    const told: string[] = [];
    const arrivals = createArrivals(() => NOW, {
      onFirst: () => told.push("first"),
      onWait: () => told.push("wait"),
      onLast: () => told.push("last"),
    });
    const ask = (userId: number) => Effect.runFork(arrivals.next(aRequest({ userId })));
    const [one] = [ask(1), ask(2)];
    await Effect.runPromise(Fiber.interrupt(one));
    arrivals.add([{ channel: "email", to: { userId: 2 }, code: "111111", at: Date.now() }]);
    ask(3);
    expect(told).toEqual(["first", "wait", "wait", "last", "first", "wait"]);
  });

  test("still gives earlier codes after the end", () => {
    const { ask, add, arrivals } = makeArrivals();
    const waiting = ask({ userId: 8 });
    add("111111");
    arrivals.end(new NoCodes({ source: "test", reason: "ended", detail: "It has ended." }));
    expect(waiting.now()).toBe("Failure");
    expect(ask().now()).toEqual({ kind: "code", code: "111111" });
    expect(ask({ userId: 8 }).now()).toBe("Failure");
  });

  test("gives the next request a code that came after the first was interrupted", async () => {
    const { ask, add, arrivals } = makeArrivals();
    const given = ask();
    expect(arrivals.isAwaited("email", "person@example.com")).toBe(true);
    await given.stop();
    expect(arrivals.isAwaited("email", "person@example.com")).toBe(false);
    add("111111");
    expect(ask().now()).toEqual({ kind: "code", code: "111111" });
  });

  test("gives no foreign, stale or refused code, and no wait for a code that is there, in any order of events", async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant("add" as const),
        userId: fc.integer({ min: 1, max: 3 }),
        code: fc.constantFrom("111111", "222222", "333333"),
        age: fc.constantFrom(0, 500, 5_000),
        byContact: fc.boolean(),
      }),
      fc.record({
        do: fc.constant("ask" as const),
        userId: fc.integer({ min: 1, max: 3 }),
        refused: fc.subarray(["111111", "222222", "333333"]),
        maxAge: fc.constantFrom(0, 1_000, 10_000),
      }),
      fc.record({ do: fc.constant("stop" as const), which: fc.nat(9) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { ask, add, pass } = makeArrivals();
        const sent: Array<{ userId: number; code: string; at: number }> = [];
        const asked: Array<{
          readonly userId: number;
          readonly refused: readonly string[];
          readonly notBefore: number;
          readonly question: ReturnType<typeof ask>;
          stopped: boolean;
        }> = [];
        let now = NOW;
        for (const next of steps) {
          now += 1;
          pass(1);
          if (next.do === "add") {
            const to = next.byContact ? { contact: `u${next.userId}@example.com` } : { userId: next.userId };
            sent.push({ userId: next.userId, code: next.code, at: now - next.age });
            add(next.code, to, now - next.age);
          } else if (next.do === "ask") {
            const { userId, refused } = next;
            const notBefore = now - next.maxAge;
            const destination = Redacted.make(`u${userId}@example.com`);
            const question = ask({ userId, refused: new Set(refused), notBefore, destination });
            asked.push({ userId, refused, notBefore, question, stopped: false });
          } else {
            const one = asked[next.which];
            if (one !== undefined) {
              await one.question.stop();
              one.stopped = true;
            }
          }
          for (const { userId, refused, notBefore, question, stopped } of asked) {
            const theirs = sent
              .filter((message) => message.userId === userId && message.at >= notBefore)
              .map(({ code }) => code)
              .filter((code) => !refused.includes(code));
            const answer = question.now();
            const isRight =
              answer === undefined
                ? stopped || theirs.length === 0
                : answer === "Failure" ||
                  theirs.some((code) => isDeepStrictEqual(answer, { kind: "code", code }));
            expect(isRight).toBe(true);
          }
        }
      }),
    );
  });
});
