import { failure } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { begin, MINUTE, SECOND } from "./flow-world.js";

const HOUR = 60 * MINUTE;

describe("B7: a send that no longer counts", () => {
  test("doesn't count again when the clock is set back, with others that do (B7)", async () => {
    const { clock, flow } = await begin({
      policy: { cooldownMs: 10 * SECOND, maxSendsPerWindow: 2, sendWindowMs: 30 * SECOND },
    });
    await clock.advance(10 * SECOND);
    flow.resend();
    await clock.advance(10 * SECOND);
    expect(flow.view().resend).toMatchObject({ allowed: false, blockedBy: "sendLimit", sendsLeft: 0 });
    await clock.advance(10 * SECOND);
    expect(flow.view().resend).toMatchObject({ allowed: true, sendsLeft: 1 });
    clock.setTime(clock.now() - HOUR);
    expect(flow.view().resend).toMatchObject({ allowed: true, sendsLeft: 1 });
    expect(flow.resend().isOk()).toBe(true);
  });
});

describe("B31: after a reload", () => {
  test.each([
    ["accepted", false],
    ["without an answer", true],
  ] as const)("a send that was %s is known as that", async (how, isUnclear) => {
    const world = await begin({
      prepare: (fake) => {
        if (isUnclear) fake.script("sendEmailCode", { actThenFail: failure.noAnswer });
      },
    });
    world.flow.suspend();
    const again = world.another({ record: world.flow.record() });
    again.start();
    await world.clock.settle();
    expect(again.actor.getSnapshot().hasTag("coolingDown")).toBe(true);
    expect([how, again.view().code?.sent]).toEqual([how, isUnclear ? "perhaps" : "yes"]);
  });
});

describe("B8: a lock that falls while a send waits for its repeat", () => {
  test("takes it for none that went out, where it never left", async () => {
    const { clock, flow, fake } = await begin({
      policy: { maxAttempts: 1 },
      prepare: (fake) => {
        fake.script("sendEmailCode", { fail: failure.unreachable });
      },
    });
    flow.submitCode("000000");
    await clock.settle();
    expect(flow.view()).toMatchObject({
      lock: { by: "attempts" },
      code: { generation: 0, sent: "no" },
      resend: { blockedBy: "lock", sendsLeft: 5 },
    });
    await clock.advance(HOUR);
    expect(fake.count("sendEmailCode")).toBe(1);
  });
});

describe("B13: a send that is throttled", () => {
  test("after a 5xx may have gone out all the same, and is remembered so (B1)", async () => {
    const { clock, flow } = await begin({
      prepare: (fake) => {
        fake.script("sendEmailCode", { fail: failure.serverError }, { fail: failure.throttled });
      },
    });
    await clock.advance(SECOND);
    expect(flow.record().email).toMatchObject({ generation: 1, newestSend: "perhaps" });
    expect(flow.view().code?.sent).toBe("perhaps");
  });

  test("leaves the repeat of a code that waits for its own time (B14)", async () => {
    const { clock, flow } = await begin({
      prepare: (fake) => {
        fake.script("sendEmailCode", { fail: failure.unreachable }, { fail: failure.throttled });
        fake.script("confirmEmail", { fail: failure.unreachable });
      },
    });
    await clock.advance(100);
    flow.submitCode("123456");
    await clock.settle();
    const repeatAt = clock.now() + 250;
    await clock.advance(200);
    expect(flow.view()).toMatchObject({ resend: { blockedBy: "cooldown" }, nextAttemptAt: repeatAt });
  });
});
