import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, MINUTE, type World, enter } from "../flow-world.js";

describe("B8: wrong codes", () => {
  const wrong = async (world: World, count: number) => {
    for (let nth = 0; nth < count; nth += 1) await enter(world, String(900_000 + world.fake.calls.length));
  };

  test("lock the entry, so that a repeated code gets the lock as its refusal", async () => {
    const world = await begin({ policy: { maxAttempts: 1, lockMs: 5 * MINUTE } });
    await enter(world, "111111");
    const until = world.clock.now() + 5 * MINUTE;
    const again = await enter(world, "111111");
    expect(again._unsafeUnwrapErr()).toEqual({ kind: "lock", until, by: "attempts" });
    await world.clock.advance(5 * MINUTE);
    expect((await enter(world, "111111"))._unsafeUnwrapErr()).toEqual({ kind: "codeAlreadyRefused" });
  });

  test("are counted over resends", async () => {
    const world = await begin();
    await wrong(world, 2);
    await world.clock.advance(MINUTE);
    world.flow.resend();
    await world.clock.settle();
    await wrong(world, 1);
    expect(world.flow.view().code?.attemptsLeft).toBe(2);
  });

  test("lock the entry at the limit, and count from zero after the lock", async () => {
    const world = await begin();
    await wrong(world, 5);
    const until = world.clock.now() + 15 * MINUTE;
    expect(world.flow.view()).toMatchObject({
      lock: { until, by: "attempts" },
      awaiting: null,
      code: { canSubmit: false, attemptsLeft: 0 },
      announcement: "lock",
      // The lock doesn't hide when the user can request the next code.
      resend: { allowed: false, availableAt: until, blockedBy: "lock" },
    });
    expect(world.flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({
      kind: "lock",
      until,
      by: "attempts",
    });
    await world.clock.advance(MINUTE);
    expect(world.flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "lock", until, by: "attempts" });
    await world.clock.advance(14 * MINUTE - 1);
    expect(world.flow.view().lock).not.toBeNull();
    await world.clock.advance(1);
    expect(world.flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 5 } });
    expect(world.flow.resend().isOk()).toBe(true);
  });

  test("keep the entry locked over a reload", async () => {
    const world = await begin();
    await wrong(world, 5);
    const record = world.flow.record();
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(again.view().lock?.until).toBe(world.clock.now() + 15 * MINUTE);
    expect(again.submitCode("123456").isErr()).toBe(true);
  });

  test("stop the repeats of a send, because the user couldn't enter its code", async () => {
    const world = await begin({ policy: { maxAttempts: 1 } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    await wrong(world, 1);
    await world.clock.advance(10 * MINUTE);
    expect(world.fake.count("sendEmailCode")).toBe(2);
  });

  test("allow a resend during the lock with unlockOnResend, which opens the entry", async () => {
    const world = await begin({ policy: { unlockOnResend: true } });
    await wrong(world, 5);
    await world.clock.advance(MINUTE);
    expect(world.flow.view().resend?.allowed).toBe(true);
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 5 } });
  });

  test("keep the lock when a resend with unlockOnResend was not sent", async () => {
    const world = await begin({ policy: { unlockOnResend: true, retry: { maxRetries: 0 } } });
    await wrong(world, 5);
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().lock).not.toBeNull();
  });

  test("B13: stay counted when the service's own throttling locks the entry", async () => {
    const world = await begin();
    await wrong(world, 2);
    world.fake.script("confirmEmail", {
      fail: { kind: "throttled", retryAfterMs: 90_000, traceId: null, origin: "service" },
    });
    await enter(world, "123456");
    expect(world.flow.view()).toMatchObject({
      lock: { until: world.clock.now() + 90_000, by: "service" },
      failure: { kind: "throttled", about: "code" },
    });
    await world.clock.advance(90_000);
    expect(world.flow.view()).toMatchObject({ lock: null, code: { attemptsLeft: 3 }, failure: null });
  });

  test("are counted separately for each channel", async () => {
    const world = await begin();
    await wrong(world, 4);
    await enter(world, world.code("email"));
    world.flow.submitPhone("+359888123456");
    await world.clock.settle();
    expect(world.flow.view().code?.attemptsLeft).toBe(5);
  });
});
