import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, OTHER_PHONE, SECOND, noRepeats, enter, sleep } from "../flow-world.js";

describe("B8: a lock", () => {
  test("whose timer is late accepts no code before the verdict on another", async () => {
    const world = await begin({ policy: { maxAttempts: 1, lockMs: MINUTE } });
    world.fake.script("status", { hold: true });
    await enter(world, "111111");
    sleep(world, MINUTE);
    expect(world.flow.view().code?.canSubmit).toBe(false);
    expect((await enter(world, "222222"))._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    expect(world.fake.count("confirmEmail")).toBe(1);
  });

  const throttledConfirm = {
    fail: { kind: "throttled", retryAfterMs: 10 * MINUTE, traceId: null, origin: "service" },
  } as const;

  test("that begins while a send waits for its repeat after a 5xx leaves that send as possibly sent", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.serverError });
    world.flow.resend();
    await world.clock.settle();
    const sentAt = world.clock.now();
    await world.clock.advance(100);
    world.fake.script("confirmEmail", throttledConfirm);
    await enter(world, "111111");
    await world.clock.advance(MINUTE);
    expect(world.fake.count("sendEmailCode")).toBe(2);
    expect(world.flow.view().code).toMatchObject({ sent: "perhaps", generation: 2, sentAt });
  });

  test("that begins while a send waits for its repeat ends that send", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", throttledConfirm);
    await enter(world, "111111");
    await world.clock.advance(10 * MINUTE);
    expect(world.fake.count("sendEmailCode")).toBe(2);
    expect(world.flow.view()).toMatchObject({ activities: [], resend: { allowed: true } });
    expect(world.flow.record().email?.sendingSince).toBeNull();
  });

  test("doesn't begin with a code that a send in flight may have replaced (B4)", async () => {
    const world = await begin({ policy: { maxAttempts: 1 } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    await enter(world, "111111");
    expect(world.fake.count("confirmEmail")).toBe(1);
    expect(world.flow.view()).toMatchObject({
      lock: null,
      failure: { kind: "codeSuperseded", about: "code" },
      code: { attemptsLeft: 1, canSubmit: true },
    });
  });

  test("and B2: reports a confirm without an answer as that, also during a send", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    world.fake.script("confirmEmail", { fail: failure.noAnswer }, { fail: failure.noAnswer });
    await enter(world, "111111");
    expect(world.flow.view().failure).toMatchObject({ kind: "noAnswer", about: "code" });
  });

  test("holds over a reload even if this flow has sent no code, and prevents a send", async () => {
    const world = await begin({
      policy: { maxAttempts: 1 },
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.throttled }),
    });
    await world.clock.advance(MINUTE);
    await enter(world, "111111");
    const record = world.flow.record();
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(1);
    expect(again.view()).toMatchObject({ announcement: "lock", lock: { by: "attempts" } });
    expect(again.actor.getSnapshot().hasTag("locked")).toBe(true);
  });

  test("with unlockOnResend doesn't block the repeat of a send, and ends when a send is accepted", async () => {
    const world = await begin({ policy: { unlockOnResend: true } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", throttledConfirm);
    await enter(world, "111111");
    expect(world.flow.view().lock).toMatchObject({ by: "service" });
    await world.clock.advance(SECOND);
    expect(world.fake.count("sendEmailCode")).toBe(3);
    expect(world.flow.view()).toMatchObject({ lock: null, code: { generation: 2, canSubmit: true } });
  });

  test("with unlockOnResend ends at a send without an answer too", async () => {
    const world = await begin({ policy: { maxAttempts: 1, unlockOnResend: true } });
    await enter(world, "111111");
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { actThenFail: failure.noAnswer });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { sent: "perhaps" } });
  });

  test.each([failure.invalidRequest, failure.throttled])(
    "with unlockOnResend ends at a send that may have gone out, however it failed ($kind)",
    async (answer) => {
      const world = await begin({ policy: { maxAttempts: 1, unlockOnResend: true } });
      await enter(world, "111111");
      await world.clock.advance(MINUTE);
      world.fake.script("sendEmailCode", { fail: failure.serverError }, { fail: answer });
      world.flow.resend();
      await world.clock.advance(SECOND);
      expect(world.flow.view()).toMatchObject({ lock: null, code: { sent: "perhaps", canSubmit: true } });
    },
  );

  test.each(["during the read of the status", "that waits for the user"])(
    "with unlockOnResend ends at a repeat that is accepted before the verdict %s",
    async (when) => {
      const world = await begin({ policy: { maxAttempts: 1, unlockOnResend: true } });
      await world.clock.advance(MINUTE);
      world.fake.script("sendEmailCode", { fail: failure.unreachable });
      world.flow.resend();
      await world.clock.settle();
      const isRead = when === "while the status is read";
      world.fake.script("status", isRead ? { hold: true } : { fail: failure.invalidRequest });
      await enter(world, "111111");
      await world.clock.advance(SECOND);
      world.fake.release();
      await world.clock.settle();
      expect(world.flow.view()).toMatchObject({
        lock: null,
        code: { generation: 2, canSubmit: true, attemptsLeft: 1 },
      });
      expect(world.flow.actor.getSnapshot().hasTag("locked")).toBe(false);
    },
  );

  test("with unlockOnResend stays when the user submits a new number that gets no send", async () => {
    const world = await beginAtPhone({
      policy: { maxAttempts: 1, unlockOnResend: true, retry: noRepeats },
    });
    await enter(world, "111111");
    await world.clock.advance(MINUTE);
    world.flow.changePhone();
    world.fake.script("sendPhoneCode", { fail: failure.unreachable });
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.view().lock).toMatchObject({ by: "attempts" });
  });

  test("doesn't end with the answer to a code that was in flight when it began", async () => {
    const world = await begin({ policy: { cooldownMs: 0 } });
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", throttledConfirm);
    await enter(world, "111111");
    expect(world.flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    world.fake.release();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ lock: { by: "service" }, code: { generation: 2 } });
    expect(world.flow.actor.getSnapshot().hasTag("locked")).toBe(true);
  });

  test("of the last wrong code holds before its verdict, and ends in time", async () => {
    const world = await begin({ policy: { maxAttempts: 1, retry: noRepeats } });
    world.fake.script("status", { fail: failure.unreachable });
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({
      canRetry: true,
      announcement: "lock",
      code: { canSubmit: false },
    });
    await world.clock.advance(15 * MINUTE);
    expect(world.flow.view()).toMatchObject({ lock: null, code: { canSubmit: true, attemptsLeft: 1 } });
    expect((await enter(world, world.code("email"))).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("phoneEntry");
  });
});

test("B8: attempts count from zero once a lock is over, before any timer has fired", async () => {
  const world = await begin({ policy: { maxAttempts: 1 } });
  await enter(world, "000000");
  expect(world.flow.view()).toMatchObject({ lock: { by: "attempts" }, code: { attemptsLeft: 0 } });
  world.clock.setTime(world.clock.now() + 20 * MINUTE);
  expect(world.flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 1 } });
});
