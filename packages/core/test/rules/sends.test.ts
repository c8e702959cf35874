import { defaultPolicy } from "@veristep/core";
import { cooldownLength } from "../cooldown-length.js";
import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, MINUTE, SECOND, untilResend, HOUR } from "../flow-world.js";

describe("B7: the cooldown", () => {
  test("is a deadline: a resend before it is refused with its time, and accepted at that time", async () => {
    const { clock, flow } = await begin();
    const until = clock.now() + MINUTE;
    await clock.advance(MINUTE - 1);
    expect(flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "cooldown", until });
    await clock.advance(1);
    expect(flow.resend().isOk()).toBe(true);
  });

  test("is over after a system sleep, even if no timer has fired yet", async () => {
    const { clock, flow } = await begin();
    clock.setTime(clock.now() + MINUTE);
    expect(flow.view().resend).toMatchObject({ allowed: true, availableAt: null });
    expect(flow.resend().isOk()).toBe(true);
  });

  test("never exceeds one full cooldown when the clock is set back", async () => {
    const { clock, flow } = await begin();
    await clock.advance(30 * SECOND);
    clock.setTime(clock.now() - 60 * MINUTE);
    expect(flow.view().resend?.availableAt).toBe(clock.now() + MINUTE);
    await clock.advance(30 * SECOND);
    expect(flow.view().resend?.allowed).toBe(true);
    expect(flow.resend().isOk()).toBe(true);
  });

  test("never exceeds one full cooldown after a reload with the clock set back", async () => {
    const world = await begin();
    const record = world.flow.record();
    world.flow.suspend();
    world.clock.setTime(world.clock.now() - 60 * MINUTE);
    const again = world.another({ record });
    again.start();
    await world.clock.advance(MINUTE);
    expect(again.view().resend?.allowed).toBe(true);
  });

  test("B13: ends early when the clock is set forward, and starts again when the service throttles", async () => {
    const { clock, fake, flow } = await begin();
    clock.setTime(clock.now() + 5 * MINUTE);
    fake.script("sendEmailCode", {
      fail: { kind: "throttled", retryAfterMs: 90_000, traceId: "t", origin: "service" },
    });
    flow.resend();
    await clock.settle();
    expect(flow.view()).toMatchObject({
      resend: { allowed: false, availableAt: clock.now() + 90_000 },
      failure: { kind: "throttled", traceId: "t" },
      code: { generation: 1 },
    });
  });

  test.each([0, -1, -45_000, 1, 59_999, Number.NaN])(
    "B13: lasts at least as long as ours with a Retry-After of %d ms",
    async (retryAfterMs) => {
      const { clock, fake, flow } = await begin();
      await clock.advance(MINUTE);
      fake.script("sendEmailCode", { fail: { ...failure.throttled, retryAfterMs } });
      flow.resend();
      await clock.settle();
      expect(flow.view().resend?.availableAt).toBe(clock.now() + MINUTE);
      fake.script("confirmEmail", { fail: { ...failure.throttled, retryAfterMs } });
      flow.submitCode("111111");
      await clock.settle();
      expect(flow.view().lock).toEqual({ until: clock.now() + MINUTE, by: "service" });
    },
  );

  test("B13: has its usual length when throttled without a time, and is capped at an hour", async () => {
    const { clock, fake, flow } = await begin();
    await clock.advance(MINUTE);
    fake.script(
      "sendEmailCode",
      { fail: failure.throttled },
      { fail: { kind: "throttled", retryAfterMs: 1e12, traceId: null, origin: "service" } },
    );
    flow.resend();
    await clock.settle();
    expect(flow.view().resend?.availableAt).toBe(clock.now() + MINUTE);
    await clock.advance(MINUTE);
    flow.resend();
    await clock.settle();
    expect(flow.view().resend?.availableAt).toBe(clock.now() + 60 * MINUTE);
  });

  test("ignores a send that had left the window when the clock is set back", async () => {
    const { clock, flow } = await begin({ policy: { maxSendsPerWindow: 1, sendWindowMs: 30 * SECOND } });
    await clock.advance(MINUTE);
    expect(flow.view().resend?.allowed).toBe(true);
    clock.setTime(clock.now() - 60 * MINUTE);
    expect(flow.resend().isOk()).toBe(true);
  });

  test("B32: keeps the time of the send after the window has ended, also after a reload", async () => {
    const world = await begin({ policy: { maxSendsPerWindow: 1, sendWindowMs: 30 * SECOND } });
    const { sentAt } = world.flow.view().code ?? {};
    await world.clock.advance(MINUTE);
    const again = world.another({ record: world.flow.record() });
    again.start();
    await world.clock.settle();
    expect([world.flow.view().code?.sentAt, again.view().code?.sentAt]).toEqual([sentAt, sentAt]);
    expect(sentAt).toBeTypeOf("number");
  });

  test("restarts with each send", async () => {
    const { clock, flow } = await begin();
    for (let sends = 2; sends <= 4; sends += 1) {
      await untilResend({ clock, flow });
      flow.resend();
      await clock.settle();
      const availableAt = clock.now() + cooldownLength(defaultPolicy, sends);
      expect(flow.view().resend).toMatchObject({ allowed: false, availableAt, sendsLeft: 5 - sends });
    }
  });

  test("does not block typing", async () => {
    const { flow } = await begin();
    expect(flow.view()).toMatchObject({ resend: { blockedBy: "cooldown" }, code: { canSubmit: true } });
  });

  test("starts with the registration, which mailed the first code", async () => {
    const { clock, fake, flow } = await begin({ user: { emailCodeSentAt: Date.UTC(2026, 0, 1, 9, 59, 30) } });
    expect(fake.count("sendEmailCode")).toBe(0);
    expect(flow.view()).toMatchObject({
      code: { sent: "yes", generation: 1 },
      resend: { availableAt: clock.now() + 30 * SECOND, sendsLeft: 4 },
    });
  });

  test("allows at most five sends an hour, and the sixth when the first leaves the window", async () => {
    const { clock, fake, flow } = await begin();
    const first = clock.now();
    for (let send = 2; send <= 5; send += 1) {
      await untilResend({ clock, flow });
      expect(flow.resend().isOk()).toBe(true);
      await clock.settle();
    }
    await clock.advance(cooldownLength(defaultPolicy, 5));
    const until = first + 60 * MINUTE;
    expect(flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "sendLimit", until });
    expect(flow.view().resend).toMatchObject({ sendsLeft: 0, availableAt: until, blockedBy: "sendLimit" });
    expect(flow.view().code?.canSubmit).toBe(true);
    await clock.advance(until - clock.now());
    expect(flow.resend().isOk()).toBe(true);
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(6);
  });
});

describe("B7: a send that no longer counts", () => {
  test("doesn't count again when the clock is set back, while others still count (B7)", async () => {
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
  ] as const)("a send stays known as %s", async (how, isUnclear) => {
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

describe("B8: a lock that begins while a send waits for its repeat", () => {
  test("treats the send as not gone out if no attempt was sent", async () => {
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
  test("after a 5xx may have gone out, also after a reload (B1)", async () => {
    const { clock, flow } = await begin({
      prepare: (fake) => {
        fake.script("sendEmailCode", { fail: failure.serverError }, { fail: failure.throttled });
      },
    });
    await clock.advance(SECOND);
    expect(flow.record().email).toMatchObject({ generation: 1, newestSend: "perhaps" });
    expect(flow.view().code?.sent).toBe("perhaps");
  });

  test("keeps the time of a waiting repeat of a code (B14)", async () => {
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
