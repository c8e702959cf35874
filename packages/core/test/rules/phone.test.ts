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

describe("B17: a number that is given", () => {
  test("again where one is asked for waits for what bars it, and is not called the one that is being proven (B62)", async () => {
    const throttled = { fail: { ...failure.throttled, retryAfterMs: 10 * MINUTE } };
    const { clock, flow } = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", throttled),
    });
    flow.changePhone();
    const until = clock.now() + 10 * MINUTE;
    expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "cooldown", until });
  });

  test("again after its code is old is sent to again, by send-code", async () => {
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

  test("again after a sleep is old too, before any timer has fired", async () => {
    const world = await beginAtPhone();
    world.flow.changePhone();
    world.clock.setTime(world.clock.now() + MINUTE);
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    expect(world.fake.count("sendPhoneCode")).toBe(2);
  });

  test("after its own failure clears it, and is not sent to while its code is fresh", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    world.flow.changePhone();
    expect(world.flow.submitPhone(PHONE).isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ step: "phone", failure: null, code: { sent: "perhaps" } });
    expect(world.fake.count("sendPhoneCode")).toBe(1);
  });

  test("in place of another is asked for without what was wrong with that one's code (B62)", async () => {
    const world = await beginAtPhone();
    await enter(world, "000000");
    expect(world.flow.view().failure).toMatchObject({ kind: "codeRejected" });
    world.flow.changePhone();
    expect(world.flow.view()).toMatchObject({ failure: null, announcement: "phoneWanted" });
  });

  test("and without the silence that its send met, which says nothing of the next one", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    expect(world.flow.view().announcement).toBe("codePerhapsSent");
    world.flow.changePhone();
    expect(world.flow.view()).toMatchObject({ failure: null, announcement: "phoneWanted" });
  });

  test("that is another one waits for the cooldown, though the one before is fresh", async () => {
    const world = await beginAtPhone();
    world.flow.changePhone();
    expect(world.flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toMatchObject({ kind: "cooldown" });
    expect(world.fake.count("sendPhoneCode")).toBe(1);
  });

  test("again where a number is asked for is told of the lock, and what made it (B8, B62)", async () => {
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

  test("back and forth is the one given last: nothing is taken for the fresh code of another", async () => {
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

  test("that is refused leaves nothing of the one before to resend to", async () => {
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

  test("is confirmed by no code while the first send to it, after another's, is under way", async () => {
    const world = await beginAtPhone();
    const oldCode = world.code("phone");
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { hold: true });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    expect((await enter(world, oldCode))._unsafeUnwrapErr()).toEqual({ kind: "noCodeSent" });
  });

  test("first of all may be confirmed while its send is under way: its code may be there before the answer", async () => {
    const world = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", { hold: true }) });
    expect((await enter(world, world.code("phone"))).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("verified");
  });

  test("first of all is so too after an e-mail code was sent", async () => {
    const world = await begin();
    await enter(world, world.code("email"));
    world.fake.script("sendPhoneCode", { hold: true });
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    expect((await enter(world, world.code("phone"))).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("verified");
  });

  test("with separators is sent to without them, also where the host gives it", async () => {
    const world = await beginAtPhone({ user: { phone: "+359 (88) 812-34.56" } });
    expect(phoneCalls(world)).toEqual([`sendPhoneCode ${PHONE}`]);
  });

  test("can't be changed while its first send may have gone out, without a cooldown", async () => {
    const world = await beginAtPhone({
      policy: { retry: { baseMs: 8_000 } },
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.serverError }),
    });
    expect(world.flow.view().activities).toContain("retrying");
    world.flow.changePhone();
    expect(world.flow.view()).toMatchObject({ step: "phoneEntry", phoneEntry: { canSubmit: false } });
    expect(world.flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toMatchObject({ kind: "cooldown" });
  });

  test("changed in the middle of its send cools down from then on: it may have waited to go out (B7)", async () => {
    const world = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", { hold: true }) });
    await world.clock.advance(9 * SECOND);
    world.flow.changePhone();
    expect(world.flow.view().phoneEntry).toEqual({
      canSubmit: false,
      availableAt: world.clock.now() + MINUTE,
    });
  });

  test("changed while its send surely never left leaves no send under way behind", async () => {
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

  test("in place of another is asked for without the code and the repeats that were for that one", async () => {
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
    // Of the read that is under way, and of no call that isn't.
    expect(world.flow.view()).toMatchObject({
      activities: ["retrying", "checking"],
      nextAttemptAt: world.clock.now() + 250,
    });
  });

  test("drops the code that is being confirmed for the one before", async () => {
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

test("B16: a user who was blocked meanwhile isn't asked for number after number", async () => {
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

test("B17: after a change each send names its number, and the evidence names none: an older request may come late", async () => {
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

test("B17: a flow that was reloaded after a change asks for a resend: nobody knows the number any more", async () => {
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
