import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, MINUTE, OTHER_PHONE, PHONE, untilResend } from "../flow-world.js";

const sends = ["sendEmailCode", "sendPhoneCode", "resendPhoneCode"] as const;

describe("B17: the phone number", () => {
  test("is requested when the flow doesn't know it, and receives the code", async () => {
    const { clock, fake, flow } = await beginAtPhone({ user: { phone: undefined } });
    expect(flow.view()).toMatchObject({ step: "phoneEntry", awaiting: "phone" });
    expect(flow.submitPhone("+359 888 123-456").isOk()).toBe(true);
    await clock.settle();
    expect(fake.calls.at(-1)).toMatchObject({ operation: "sendPhoneCode", argument: PHONE });
    expect(flow.view()).toMatchObject({ step: "phone", destination: "+359 •• ••• ••56", awaiting: "code" });
  });

  test("the resend endpoint serves the number on file, send-code a new one", async () => {
    const { clock, fake, flow } = await beginAtPhone();
    await clock.advance(MINUTE);
    flow.resend();
    await clock.settle();
    await untilResend({ clock, flow });
    flow.submitPhone(OTHER_PHONE);
    await clock.settle();
    expect(fake.calls.filter((call) => call.operation.includes("Phone"))).toMatchObject([
      { operation: "sendPhoneCode", argument: PHONE },
      { operation: "resendPhoneCode" },
      { operation: "sendPhoneCode", argument: OTHER_PHONE },
    ]);
  });

  test("a number that got no answer may not be on file: it is sent to by send-code again", async () => {
    const { clock, fake, flow } = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    await clock.advance(MINUTE);
    flow.resend();
    await clock.settle();
    expect(fake.count("sendPhoneCode")).toBe(2);
    expect(fake.count("resendPhoneCode")).toBe(0);
  });

  test("is requested again when the service refuses it, and the e-mail stays verified (B15)", async () => {
    const { clock, flow } = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.contactRefused }),
    });
    expect(flow.view()).toMatchObject({
      step: "phoneEntry",
      awaiting: "phone",
      failure: { kind: "contactRefused", about: "phone" },
      evidence: { email: { by: "status" } },
      phoneEntry: { canSubmit: true },
    });
    flow.submitPhone(OTHER_PHONE);
    await clock.settle();
    expect(flow.view()).toMatchObject({ step: "phone", destination: "+359 •• ••• ••21", failure: null });
  });

  test("a code for the old number is not taken while the new one was not sent to", async () => {
    const { clock, fake, flow, code } = await beginAtPhone({ policy: { retry: { maxRetries: 0 } } });
    const oldCode = code("phone");
    await clock.advance(MINUTE);
    fake.script("sendPhoneCode", { fail: failure.unreachable });
    flow.submitPhone(OTHER_PHONE);
    await clock.settle();
    expect(flow.submitCode(oldCode)._unsafeUnwrapErr()).toEqual({ kind: "noCodeSent" });
    expect(fake.count("confirmPhone")).toBe(0);
  });

  test("the late answer to a confirm for the old number verifies nothing (B4)", async () => {
    const { clock, fake, flow, code } = await beginAtPhone();
    await clock.advance(MINUTE);
    fake.script("confirmPhone", { fail: failure.codeRejected });
    fake.script("confirmPhone", { hold: true });
    flow.submitCode("999999");
    await clock.settle();
    flow.submitCode("888888");
    await clock.settle();
    flow.submitPhone(OTHER_PHONE);
    await clock.settle();
    fake.release();
    await clock.settle();
    expect(flow.view()).toMatchObject({ step: "phone", destination: "+359 •• ••• ••21", failure: null });
    flow.submitCode(code("phone"));
    await clock.settle();
    expect((await flow.result)._unsafeUnwrap().phone).toEqual({ by: "code", contact: null });
  });

  test("when the old one was verified elsewhere, the flow doesn't claim the new one", async () => {
    const { clock, fake, flow } = await beginAtPhone();
    await clock.advance(MINUTE);
    fake.service.verified.phone = true;
    flow.submitPhone(OTHER_PHONE);
    await clock.settle();
    expect((await flow.result)._unsafeUnwrap().phone).toEqual({ by: "status", contact: null });
  });

  test("a flag names the number only if the service was seen to have taken it, unverified", async () => {
    const taken = await beginAtPhone();
    taken.flow.refresh();
    await taken.clock.settle();
    taken.fake.service.verified.phone = true;
    taken.flow.refresh();
    await taken.clock.settle();
    expect((await taken.flow.result)._unsafeUnwrap().phone).toEqual({
      by: "status",
      contact: "+359 •• ••• ••56",
    });

    const unseen = await beginAtPhone();
    unseen.fake.service.verified.phone = true;
    unseen.flow.refresh();
    await unseen.clock.settle();
    expect((await unseen.flow.result)._unsafeUnwrap().phone).toEqual({ by: "status", contact: null });
  });

  test("doesn't accept a code of the previous number when the flow resumes with another one", async () => {
    const world = await beginAtPhone({ policy: { retry: { maxRetries: 0 } } });
    const oldCode = world.code("phone");
    const record = world.flow.record();
    world.flow.suspend();
    const again = world.another({ record, user: { id: 7, email: EMAIL, phone: OTHER_PHONE } });
    again.start();
    await world.clock.settle();
    expect(again.submitCode(oldCode)._unsafeUnwrapErr()).toEqual({ kind: "noCodeSent" });
    await world.clock.advance(MINUTE);
    again.resend();
    await world.clock.settle();
    expect(world.fake.calls.at(-2)).toMatchObject({ operation: "sendPhoneCode", argument: OTHER_PHONE });
    again.submitCode(world.code("phone"));
    expect((await again.result)._unsafeUnwrap().phone).toEqual({ by: "code", contact: null });
  });

  test("a new number waits for the cooldown too, and the view says until when", async () => {
    const { clock, flow } = await beginAtPhone();
    const until = clock.now() + MINUTE;
    expect(flow.changePhone().isOk()).toBe(true);
    expect(flow.view()).toMatchObject({
      step: "phoneEntry",
      phoneEntry: { canSubmit: false, availableAt: until },
    });
    expect(flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toEqual({ kind: "cooldown", until });
    await clock.advance(MINUTE);
    expect(flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
  });

  test("given again while its code is fresh goes back to the entry, and sends nothing", async () => {
    const { clock, fake, flow, code } = await beginAtPhone();
    flow.changePhone();
    expect(flow.submitPhone(PHONE).isOk()).toBe(true);
    await clock.settle();
    expect(fake.count(...sends)).toBe(1);
    flow.submitCode(code("phone"));
    await clock.settle();
    expect(flow.view().step).toBe("verified");
  });

  test("can be changed while a send that never left waits for its repeat, at no cost", async () => {
    const { clock, flow } = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.unreachable }),
    });
    flow.changePhone();
    expect(flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await clock.settle();
    expect(flow.view()).toMatchObject({ step: "phone", destination: "+359 •• ••• ••21" });
  });

  test("changed while its send is under way: that send may be out, so the cooldown holds (B1)", async () => {
    const { clock, fake, flow } = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { hold: true }),
    });
    expect(flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    flow.changePhone();
    expect(flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toMatchObject({ kind: "cooldown" });
    fake.release();
    await clock.advance(MINUTE);
    expect(flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
  });

  test("B29: input that is no number is refused with a reason", async () => {
    const { flow } = await beginAtPhone({ user: { phone: undefined } });
    for (const input of ["", "hello", "0888123456", "+1", `+${"1".repeat(40)}`, "9".repeat(100_000)]) {
      expect(flow.submitPhone(input)._unsafeUnwrapErr()).toEqual({ kind: "phoneFormat" });
    }
  });

  test("the registered e-mail address is what a send goes to", async () => {
    const { fake } = await begin();
    expect(fake.calls.at(-1)?.argument).toBe(EMAIL);
  });
});
