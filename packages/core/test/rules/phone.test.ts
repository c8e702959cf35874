import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import {
  begin,
  beginAtPhone,
  MINUTE,
  OTHER_PHONE,
  PHONE,
  SECOND,
  untilResend,
  noRepeats,
  enter,
  reload,
  phoneCalls,
} from "../flow-world.js";

describe("B17: a submitted number", () => {
  test("waits for the cooldown when it is submitted again, and isn't refused as the same number (B62)", async () => {
    const throttled = { fail: { ...failure.throttled, retryAfterMs: 10 * MINUTE } };
    const { clock, flow } = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", throttled),
    });
    flow.changePhone();
    const until = clock.now() + 10 * MINUTE;
    expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "cooldown", until });
  });

  test("gets a new code by send-code when it is submitted again after the cooldown", async () => {
    const world = await beginAtPhone();
    await world.clock.advance(MINUTE);
    world.flow.changePhone();
    expect(world.flow.submitPhone(PHONE).isOk()).toBe(true);
    await world.clock.settle();
    expect(phoneCalls(world)).toEqual([`sendPhoneCode ${PHONE}`, `sendPhoneCode ${PHONE}`]);
    await untilResend(world);
    world.flow.resend();
    await world.clock.settle();
    expect(phoneCalls(world).at(-1)).toBe(`resendPhoneCode ${PHONE}`);
  });

  test("gets a new code after a system sleep too, before any timer has fired", async () => {
    const world = await beginAtPhone();
    world.flow.changePhone();
    world.clock.setTime(world.clock.now() + MINUTE);
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    expect(world.fake.count("sendPhoneCode")).toBe(2);
  });

  test("clears its failure when it is submitted again, and gets no new code during the cooldown", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    world.flow.changePhone();
    expect(world.flow.submitPhone(PHONE).isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ step: "phone", failure: null, code: { sent: "perhaps" } });
    expect(world.fake.count("sendPhoneCode")).toBe(1);
  });

  test("that replaces another clears the refusal of the other's code (B62)", async () => {
    const world = await beginAtPhone();
    await enter(world, "000000");
    expect(world.flow.view().failure).toMatchObject({ kind: "codeRejected" });
    world.flow.changePhone();
    expect(world.flow.view()).toMatchObject({ failure: null, announcement: "phoneWanted" });
  });

  test("that replaces another clears the failure of the other's send", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    expect(world.flow.view().announcement).toBe("codePerhapsSent");
    world.flow.changePhone();
    expect(world.flow.view()).toMatchObject({ failure: null, announcement: "phoneWanted" });
  });

  test("that replaces another waits for the cooldown", async () => {
    const world = await beginAtPhone();
    world.flow.changePhone();
    expect(world.flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toMatchObject({ kind: "cooldown" });
    expect(world.fake.count("sendPhoneCode")).toBe(1);
  });

  test("is refused during a lock with the reason of the lock (B8, B62)", async () => {
    const world = await beginAtPhone({ policy: { maxAttempts: 1 } });
    await enter(world, "111111");
    const until = world.clock.now() + 15 * MINUTE;
    await world.clock.advance(MINUTE);
    world.flow.changePhone();
    expect(world.flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({
      kind: "lock",
      until,
      by: "attempts",
    });
  });

  test("gets no code of another number when the user switches back and forth", async () => {
    const world = await beginAtPhone({ policy: { retry: noRepeats, cooldownMs: 5 * MINUTE } });
    await world.clock.advance(5 * MINUTE);
    world.fake.script("sendPhoneCode", { fail: failure.noAnswer });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    world.flow.changePhone();
    // The first number is neither the one sent to last nor free of the cooldown.
    expect(world.flow.submitPhone(PHONE)._unsafeUnwrapErr()).toMatchObject({ kind: "cooldown" });
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    expect(world.flow.view().destination).toBe("+359 •• ••• ••21");
  });

  test("that the service refuses leaves no earlier number to resend to", async () => {
    const world = await beginAtPhone();
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { fail: { ...failure.contactRefused, traceId: "t" } });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({
      step: "phoneEntry",
      failure: { kind: "contactRefused", about: "phone", traceId: "t" },
    });
    expect(world.flow.record().phoneToVerify).toBeNull();
  });

  test("accepts no code while the first send to it is in flight after a send to another number", async () => {
    const world = await beginAtPhone();
    const oldCode = world.code("phone");
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { hold: true });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    expect((await enter(world, oldCode))._unsafeUnwrapErr()).toEqual({ kind: "noCodeSent" });
  });

  test("accepts a code during its send when it is the first number: the code may overtake the answer", async () => {
    const world = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", { hold: true }) });
    expect((await enter(world, world.code("phone"))).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("verified");
  });

  test("accepts a code during its send also after a send to the e-mail", async () => {
    const world = await begin();
    await enter(world, world.code("email"));
    world.fake.script("sendPhoneCode", { hold: true });
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    expect((await enter(world, world.code("phone"))).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("verified");
  });

  test("loses its separators before the send, also when the app gives it", async () => {
    const world = await beginAtPhone({ user: { phone: "+359 (88) 812-34.56" } });
    expect(phoneCalls(world)).toEqual([`sendPhoneCode ${PHONE}`]);
  });

  test("can be changed only after a cooldown when its first send may have gone out", async () => {
    const world = await beginAtPhone({
      policy: { retry: { baseMs: 8_000 } },
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.serverError }),
    });
    expect(world.flow.view().activities).toContain("retrying");
    world.flow.changePhone();
    expect(world.flow.view()).toMatchObject({ step: "phoneEntry", phoneEntry: { canSubmit: false } });
    expect(world.flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toMatchObject({ kind: "cooldown" });
  });

  test("starts the cooldown at the change when it is changed during its send, which may go out late (B7)", async () => {
    const world = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", { hold: true }) });
    await world.clock.advance(9 * SECOND);
    world.flow.changePhone();
    expect(world.flow.view().phoneEntry).toEqual({
      canSubmit: false,
      availableAt: world.clock.now() + MINUTE,
    });
  });

  test("leaves no send in flight when it is changed after a send that certainly wasn't made", async () => {
    const world = await beginAtPhone({
      policy: { retry: { baseMs: 8_000 } },
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.unreachable }),
    });
    world.flow.changePhone();
    expect(world.flow.record().phone).toBeNull();
    expect(world.flow.view().phoneEntry).toEqual({ canSubmit: true, availableAt: null });
    await world.clock.advance(MINUTE);
    expect(world.fake.count("sendPhoneCode")).toBe(1);
  });

  test("that replaces another drops the other's code and repeats", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.serverError }),
    });
    world.fake.script("confirmPhone", { fail: failure.unreachable });
    await enter(world, "111111");
    world.fake.script("status", { fail: failure.unreachable });
    await world.clock.advance(100);
    world.flow.changePhone();
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.actor.getSnapshot().context.entry.codeRef).toBeNull();
    // These are about the read in flight, not about the dropped calls.
    expect(world.flow.view()).toMatchObject({
      activities: ["retrying", "checking"],
      nextAttemptAt: world.clock.now() + 250,
    });
  });

  test("that replaces another drops the code that waits for a retry", async () => {
    const world = await beginAtPhone();
    await world.clock.advance(MINUTE);
    world.fake.script("confirmPhone", { fail: failure.noAnswer }, { fail: failure.noAnswer });
    await enter(world, "111111");
    expect(world.flow.view().canRetry).toBe(true);
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await world.clock.settle();
    const { entry, attempts } = world.flow.actor.getSnapshot().context;
    expect(entry.codeRef).toBeNull();
    expect(attempts.confirmCode).toBeNull();
    expect(world.flow.view().canRetry).toBe(false);
  });
});

test("B16: ends the flow instead of asking a blocked user for another number", async () => {
  const world = await beginAtPhone();
  await world.clock.advance(2 * MINUTE);
  world.fake.service.lifecycle = 400;
  world.fake.script("sendPhoneCode", { fail: failure.contactRefused });
  world.flow.submitPhone(OTHER_PHONE);
  await world.clock.settle();
  expect(world.flow.view()).toMatchObject({
    step: "failed",
    failedBecause: { kind: "userState", lifecycle: 400 },
  });
});

test("B17: after a change, each send names its number and the evidence none, as an older request may come late", async () => {
  const world = await beginAtPhone();
  await world.clock.advance(2 * MINUTE);
  world.flow.submitPhone(OTHER_PHONE);
  await world.clock.advance(2 * MINUTE);
  // The request for the first number, repeated by a proxy.
  world.fake.service.phone = PHONE;
  world.flow.resend();
  await world.clock.settle();
  expect(phoneCalls(world).at(-1)).toBe(`sendPhoneCode ${OTHER_PHONE}`);
  expect(world.fake.service.phone).toBe(OTHER_PHONE);
  await enter(world, world.code("phone"));
  expect((await world.flow.result)._unsafeUnwrap().phone).toEqual({ by: "code", contact: null });
});

test("B17: after a change and a reload, calls the resend endpoint, because the flow no longer has the number", async () => {
  const world = await beginAtPhone({ user: { phone: undefined } });
  world.flow.submitPhone(PHONE);
  await world.clock.advance(2 * MINUTE);
  world.flow.submitPhone(OTHER_PHONE);
  await world.clock.advance(2 * MINUTE);
  const again = await reload(world);
  again.flow.resend();
  await world.clock.settle();
  expect(phoneCalls(world).at(-1)).toBe("resendPhoneCode");
});
