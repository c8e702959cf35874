import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import {
  begin,
  beginAtPhone,
  MINUTE,
  OTHER_PHONE,
  SECOND,
  HOUR,
  noRepeats,
  enter,
  sleep,
} from "../flow-world.js";

describe("B7: a clock that is set back", () => {
  test("never revives a cooldown that had ended when a send began", async () => {
    const world = await begin({ policy: { retry: noRepeats } });
    sleep(world, MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    expect(world.flow.resend().isOk()).toBe(true);
    await world.clock.settle();
    sleep(world, -HOUR);
    expect(world.flow.view().resend?.allowed).toBe(true);
    expect(world.flow.resend().isOk()).toBe(true);
  });

  test("never makes the service's own time longer than it asked for", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.throttled }),
    });
    sleep(world, -HOUR);
    await world.clock.advance(MINUTE);
    expect(world.flow.view().resend?.allowed).toBe(true);
  });

  test("never keeps a spent window of sends beyond its length", async () => {
    const world = await begin({ policy: { cooldownMs: 0, maxSendsPerWindow: 1, sendWindowMs: 10 * MINUTE } });
    expect(world.flow.view().resend).toMatchObject({
      blockedBy: "sendLimit",
      availableAt: world.clock.now() + 10 * MINUTE,
    });
    sleep(world, -HOUR);
    expect(world.flow.resend()._unsafeUnwrapErr()).toEqual({
      kind: "sendLimit",
      until: world.clock.now() + 10 * MINUTE,
    });
    await world.clock.advance(10 * MINUTE);
    expect(world.flow.view().resend).toMatchObject({ allowed: true, availableAt: null, blockedBy: null });
    expect(world.flow.resend().isOk()).toBe(true);
  });

  test("never keeps a lock beyond its length, and says so in the refusal", async () => {
    const world = await begin({ policy: { maxAttempts: 1 } });
    await enter(world, "111111");
    sleep(world, -HOUR);
    expect((await enter(world, "222222"))._unsafeUnwrapErr()).toEqual({
      kind: "lock",
      until: world.clock.now() + 15 * MINUTE,
      by: "attempts",
    });
    expect(world.flow.view().lock?.until).toBe(world.clock.now() + 15 * MINUTE);
    await world.clock.advance(15 * MINUTE);
    expect(world.flow.view()).toMatchObject({ lock: null, failure: null, announcement: "codeSent" });
    expect((await enter(world, "222222")).isOk()).toBe(true);
  });

  test("never blocks the entry of a number for longer than each barrier's own length", async () => {
    const cooling = await beginAtPhone();
    cooling.flow.changePhone();
    sleep(cooling, -HOUR);
    await cooling.clock.advance(MINUTE);
    expect(cooling.flow.view().phoneEntry).toEqual({ canSubmit: true, availableAt: null });
    expect(cooling.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);

    const spent = await beginAtPhone({ policy: { cooldownMs: 0, maxSendsPerWindow: 1 } });
    spent.flow.changePhone();
    expect(spent.flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toMatchObject({ kind: "sendLimit" });
    sleep(spent, -HOUR);
    await spent.clock.advance(HOUR);
    expect(spent.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);

    const locked = await beginAtPhone({ policy: { maxAttempts: 1 } });
    await enter(locked, "111111");
    locked.flow.changePhone();
    expect(locked.flow.view()).toMatchObject({ lock: null, phoneEntry: { canSubmit: false } });
    sleep(locked, -HOUR);
    await locked.clock.advance(15 * MINUTE);
    expect(locked.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await locked.clock.settle();
    expect(locked.flow.view()).toMatchObject({ lock: null, code: { attemptsLeft: 1, canSubmit: true } });
  });

  test("never revives a window of sends that had ended when the user began to enter a number", async () => {
    const world = await beginAtPhone({ policy: { maxSendsPerWindow: 1, sendWindowMs: 30 * SECOND } });
    await world.clock.advance(MINUTE);
    world.flow.changePhone();
    sleep(world, -HOUR);
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
  });

  test("never revives a cooldown that had ended when the user began to enter a number", async () => {
    const world = await beginAtPhone();
    sleep(world, MINUTE);
    world.flow.changePhone();
    await world.clock.advance(0);
    sleep(world, -HOUR);
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
  });
});

describe("B7: after a system sleep, before any timer has fired", () => {
  test("a send to a new number goes out at once", async () => {
    const world = await beginAtPhone();
    world.flow.changePhone();
    sleep(world, MINUTE);
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await world.clock.settle();
    expect(world.fake.calls.at(-2)).toMatchObject({ operation: "sendPhoneCode", argument: OTHER_PHONE });
  });

  test("a code is accepted once the lock is over, and attempts count from zero", async () => {
    const world = await begin({ policy: { maxAttempts: 2 } });
    await enter(world, "111111");
    await enter(world, "222222");
    sleep(world, 15 * MINUTE);
    expect(world.flow.view()).toMatchObject({ awaiting: "code", lock: null, code: { canSubmit: true } });
    expect((await enter(world, "333333")).isOk()).toBe(true);
    expect(world.flow.view()).toMatchObject({ lock: null, code: { attemptsLeft: 1 } });
  });

  test.each([failure.serverError, failure.unreachable])(
    "a lock that is over doesn't stop a send (B8): it is retried after $kind",
    async (answer) => {
      const world = await begin({ policy: { maxAttempts: 1 } });
      await enter(world, "111111");
      sleep(world, 15 * MINUTE);
      world.fake.script("sendEmailCode", { fail: answer });
      expect(world.flow.resend().isOk()).toBe(true);
      await world.clock.advance(SECOND);
      expect(world.fake.count("sendEmailCode")).toBe(3);
      expect(world.flow.view()).toMatchObject({ failure: null, code: { generation: 2, canSubmit: true } });
    },
  );

  test("sends that have left the window are available again", async () => {
    const world = await begin();
    sleep(world, HOUR - 1);
    expect(world.flow.view().resend?.sendsLeft).toBe(4);
    sleep(world, 1);
    expect(world.flow.view().resend?.sendsLeft).toBe(5);
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.record().email?.sends).toHaveLength(1);
  });

  test("a wait of one millisecond is still a wait", async () => {
    const world = await begin();
    sleep(world, MINUTE - 1);
    expect(world.flow.view().resend).toMatchObject({ allowed: false, availableAt: world.clock.now() + 1 });
  });
});

describe("B7: of several barriers", () => {
  test("the view names the one that lasts longest", async () => {
    const world = await begin({ policy: { maxSendsPerWindow: 1, sendWindowMs: 30 * SECOND } });
    const at = world.clock.now() + MINUTE;
    expect(world.flow.view().resend).toMatchObject({ blockedBy: "cooldown", availableAt: at });
  });

  test("the view names the lock when another lasts as long, because the lock blocks more", async () => {
    const world = await begin({ policy: { maxAttempts: 1, lockMs: MINUTE } });
    await enter(world, "111111");
    expect(world.flow.view().resend?.blockedBy).toBe("lock");
  });

  test("a window longer than the cooldown blocks a send, until its oldest send leaves it", async () => {
    const world = await begin({ policy: { maxSendsPerWindow: 2, sendWindowMs: 10 * MINUTE } });
    const first = world.clock.now();
    await world.clock.advance(2 * MINUTE);
    world.flow.resend();
    await world.clock.settle();
    const until = first + 10 * MINUTE;
    expect(world.flow.view().resend).toMatchObject({ blockedBy: "sendLimit", availableAt: until });
    await world.clock.advance(2 * MINUTE);
    expect(world.flow.actor.getSnapshot().hasTag("noSendsLeft")).toBe(true);
    await world.clock.advance(until - world.clock.now());
    expect(world.flow.actor.getSnapshot().hasTag("canResend")).toBe(true);
  });
});
