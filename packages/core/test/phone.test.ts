import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import {
  begin,
  beginAtPhone,
  EMAIL,
  MINUTE,
  OTHER_PHONE,
  PHONE,
  SECOND,
  type World,
  untilResend,
} from "./flow-world.js";

const noRepeats = { maxRetries: 0 } as const;
const THIRD_PHONE = "+359888777888";

const enter = async ({ clock, flow }: Pick<World, "clock" | "flow">, code: string) => {
  const taken = flow.submitCode(code);
  await clock.settle();
  return taken;
};

/** The same person's flow, taken up from its record; with a number, or without one. */
const reload = async (world: World, phone?: string) => {
  const record = world.flow.record();
  world.flow.suspend();
  const flow = world.another({
    record,
    user: { id: 7, email: EMAIL, ...(phone === undefined ? {} : { phone }) },
  });
  flow.start();
  await world.clock.settle();
  return { ...world, flow };
};

const phoneCalls = ({ fake }: World) =>
  fake.calls
    .filter((call) => call.operation.includes("Phone"))
    .map((call) => `${call.operation} ${call.argument ?? ""}`.trim());

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

describe("B17: evidence names a number only where it can be no other", () => {
  test("not where the send to it got no answer", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { actThenFail: failure.noAnswer }),
    });
    await enter(world, world.code("phone"));
    expect((await world.flow.result)._unsafeUnwrap().phone).toEqual({ by: "code", contact: null });
  });

  test("once accepted it stays on file, also when a later resend gets no answer", async () => {
    const world = await beginAtPhone();
    await world.clock.advance(MINUTE);
    world.fake.script("resendPhoneCode", { actThenFail: failure.noAnswer });
    world.flow.resend();
    await world.clock.settle();
    await enter(world, world.code("phone"));
    expect((await world.flow.result)._unsafeUnwrap().phone).toEqual({
      by: "code",
      contact: "+359 •• ••• ••56",
    });
  });

  test("not by a flag that was read as unset before the send, or while it was unsure", async () => {
    const unsure = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    unsure.flow.refresh();
    await unsure.clock.settle();
    unsure.fake.service.verified.phone = true;
    unsure.flow.refresh();
    expect((await unsure.flow.result)._unsafeUnwrap().phone).toEqual({ by: "status", contact: null });

    const early = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", { hold: true }) });
    early.fake.script("status", { hold: true });
    early.flow.refresh();
    await early.clock.advance(SECOND);
    // Both answers arrive now; the read began before the send was accepted.
    early.fake.release();
    await early.clock.settle();
    early.fake.service.verified.phone = true;
    early.flow.refresh();
    await early.clock.settle();
    expect((await early.flow.result)._unsafeUnwrap().phone).toEqual({ by: "status", contact: null });
  });

  test("not by a flag that was seen unset while the send was unsure, though the next is accepted", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    world.flow.refresh();
    await world.clock.settle();
    await world.clock.advance(MINUTE);
    // Another number is verified elsewhere: an accepted send does nothing from now on.
    world.fake.service.verified.phone = true;
    world.flow.resend();
    expect((await world.flow.result)._unsafeUnwrap().phone).toEqual({ by: "status", contact: null });
  });

  test("by a flag that was seen unset after the first send, also after a resend", async () => {
    const world = await beginAtPhone();
    await world.clock.advance(MINUTE);
    world.flow.refresh();
    await world.clock.settle();
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("status", { pass: true });
    world.fake.service.verified.phone = true;
    world.flow.refresh();
    expect((await world.flow.result)._unsafeUnwrap().phone).toEqual({
      by: "status",
      contact: "+359 •• ••• ••56",
    });
  });

  test("not by what was known of the number before", async () => {
    const world = await beginAtPhone();
    world.flow.refresh();
    await world.clock.settle();
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { actThenFail: failure.noAnswer });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    await enter(world, world.code("phone"));
    expect((await world.flow.result)._unsafeUnwrap().phone).toEqual({ by: "code", contact: null });
  });

  test("and an e-mail that nobody asked for proves nothing", async () => {
    const { flow } = await beginAtPhone({ policy: { channels: ["phone"] } });
    expect(flow.view()).toMatchObject({ step: "phone", evidence: { email: null, phone: null } });
  });

  test("and e-mail sends put no number on file", async () => {
    const world = await begin({ user: { phone: PHONE } });
    expect(world.flow.record().phoneToVerify).toEqual({ masked: "+359 •• ••• ••56", onFile: "no" });
  });
});

describe("B17, B31: a flow that is taken up", () => {
  test("without its number resends only to one that is surely on file", async () => {
    const unsure = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    expect(unsure.flow.record().phoneToVerify).toEqual({ masked: "+359 •• ••• ••56", onFile: "perhaps" });
    const again = await reload(unsure);
    expect(again.flow.view()).toMatchObject({ step: "phone", code: { sent: "perhaps", canSubmit: true } });
    await again.clock.advance(MINUTE);
    again.flow.resend();
    await again.clock.settle();
    expect(phoneCalls(again)).toEqual([`sendPhoneCode ${PHONE}`]);
    expect(again.flow.view()).toMatchObject({ step: "phoneEntry", failure: { kind: "contactNeeded" } });
  });

  test("without a number that was never sent to asks for it, and resends to no other", async () => {
    const world = await beginAtPhone({ policy: { retry: noRepeats } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { fail: failure.unreachable });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    expect(world.flow.record().phoneToVerify).toEqual({ masked: "+359 •• ••• ••21", onFile: "no" });
    const again = await reload(world);
    again.flow.resend();
    await again.clock.settle();
    expect(phoneCalls(again)).toEqual([`sendPhoneCode ${PHONE}`, `sendPhoneCode ${OTHER_PHONE}`]);
    expect(again.flow.view().step).toBe("phoneEntry");
  });

  test("with its number names it to the service again", async () => {
    const world = await reload(await beginAtPhone(), PHONE);
    await world.clock.advance(MINUTE);
    world.flow.resend();
    await world.clock.settle();
    expect(phoneCalls(world)).toEqual([`sendPhoneCode ${PHONE}`, `sendPhoneCode ${PHONE}`]);
    expect(world.flow.view().code?.generation).toBe(2);
  });

  test("with another number than the send that was cut short: that one may be out, at its own cost", async () => {
    const cut = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", { hold: true }) });
    const at = cut.clock.now();
    await cut.clock.advance(10 * SECOND);
    const world = await reload(cut, OTHER_PHONE);
    expect(world.fake.count("sendPhoneCode")).toBe(1);
    expect(world.flow.view()).toMatchObject({
      destination: "+359 •• ••• ••21",
      code: { generation: 1, sent: "no", canSubmit: false },
      announcement: "noCodeSent",
      resend: { blockedBy: "cooldown", availableAt: at + MINUTE, sendsLeft: 4 },
    });
    world.fake.script("sendPhoneCode", { hold: true });
    // The number was sent nothing yet: its first code goes out as soon as the cooldown allows.
    await world.clock.advance(MINUTE);
    expect(world.fake.count("sendPhoneCode")).toBe(2);
    expect((await enter(world, "123456"))._unsafeUnwrapErr()).toEqual({ kind: "noCodeSent" });
  });

  test("with another number takes no code for the one before while the first send is under way", async () => {
    const world = await beginAtPhone();
    await world.clock.advance(MINUTE);
    const oldCode = world.code("phone");
    world.fake.script("sendPhoneCode", { hold: true });
    const again = await reload(world, OTHER_PHONE);
    again.flow.resend();
    await again.clock.settle();
    expect(again.fake.count("sendPhoneCode")).toBe(2);
    expect((await enter(again, oldCode))._unsafeUnwrapErr()).toEqual({ kind: "noCodeSent" });
  });

  test("twice, each time with another number, remembers that there was another", async () => {
    const world = await beginAtPhone({ policy: { retry: noRepeats } });
    await world.clock.advance(MINUTE);
    const oldCode = world.code("phone");
    world.fake.script("sendPhoneCode", { fail: failure.unreachable });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    expect(world.flow.record().otherPhoneTried).toBe(true);
    world.fake.script("sendPhoneCode", { hold: true });
    const again = await reload(world, THIRD_PHONE);
    again.flow.resend();
    await again.clock.settle();
    expect((await enter(again, oldCode))._unsafeUnwrapErr()).toEqual({ kind: "noCodeSent" });
  });

  test("after its number was refused waits with the next one for what bars it", async () => {
    const world = await beginAtPhone();
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { fail: failure.contactRefused });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    const record = world.flow.record();
    world.flow.suspend();
    const strict = world.another({ record, user: { id: 7, email: EMAIL }, policy: { maxSendsPerWindow: 1 } });
    strict.start();
    await world.clock.settle();
    expect(strict.view()).toMatchObject({ step: "phoneEntry", phoneEntry: { canSubmit: false } });
    expect(strict.submitPhone(THIRD_PHONE)._unsafeUnwrapErr()).toMatchObject({ kind: "sendLimit" });
  });

  test("names nothing by a flag that it has not seen unset", async () => {
    const world = await beginAtPhone();
    world.fake.script("status", { pass: true });
    const again = await reload(world);
    // The read at the start began after the send and says "not verified": the send did put it on file.
    again.fake.service.verified.phone = true;
    again.flow.refresh();
    expect((await again.flow.result)._unsafeUnwrap().phone).toEqual({
      by: "status",
      contact: "+359 •• ••• ••56",
    });

    const verified = await beginAtPhone();
    verified.fake.service.verified.phone = true;
    const late = await reload(verified);
    expect((await late.flow.result)._unsafeUnwrap().phone).toEqual({ by: "status", contact: null });
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
