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
  noRepeats,
  THIRD_PHONE,
  enter,
  reload,
  phoneCalls,
} from "../flow-world.js";

describe("B17: evidence names a number only where it can be no other", () => {
  test("not when the send to it got no answer", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { actThenFail: failure.noAnswer }),
    });
    await enter(world, world.code("phone"));
    expect((await world.flow.result)._unsafeUnwrap().phone).toEqual({ by: "code", contact: null });
  });

  test("after an accepted send, also when a later resend gets no answer", async () => {
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

  test("not by a flag that was read as unset before the send, or before its outcome was clear", async () => {
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

  test("not by a flag that was read as unset before the outcome of the send was clear, even if the next is accepted", async () => {
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

  test("by a flag that was read as unset after the first send, also after a resend", async () => {
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

  test("not by facts about the previous number", async () => {
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

  test("and a flow for the phone alone has no evidence of the e-mail", async () => {
    const { flow } = await beginAtPhone({ policy: { channels: ["phone"] } });
    expect(flow.view()).toMatchObject({ step: "phone", evidence: { email: null, phone: null } });
  });

  test("and e-mail sends put no number on file", async () => {
    const world = await begin({ user: { phone: PHONE } });
    expect(world.flow.record().phoneToVerify).toEqual({ masked: "+359 •• ••• ••56", onFile: "no" });
  });
});

describe("B17, B31: a flow that resumes", () => {
  test("without its number resends only to one that is certainly on file", async () => {
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

  test("without its number asks for it before a send if it was never sent to", async () => {
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

  test("with its number passes it to the service again", async () => {
    const world = await reload(await beginAtPhone(), PHONE);
    await world.clock.advance(MINUTE);
    world.flow.resend();
    await world.clock.settle();
    expect(phoneCalls(world)).toEqual([`sendPhoneCode ${PHONE}`, `sendPhoneCode ${PHONE}`]);
    expect(world.flow.view().code?.generation).toBe(2);
  });

  test("with another number after an interrupted send counts that send, and waits for its cooldown", async () => {
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

  test("with another number accepts no code of the previous one during the first send", async () => {
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

  test("after its number was refused makes the next one wait for the send limit", async () => {
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

  test("names no number by a flag that it never read as unset", async () => {
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
