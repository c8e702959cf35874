import { defaultPolicy } from "@veristep/core";
import { cooldownLength } from "./cooldown-length.js";
import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, MINUTE, OTHER_PHONE, PHONE, SECOND, untilResend } from "./flow-world.js";

const sends = ["sendEmailCode", "sendPhoneCode", "resendPhoneCode"] as const;

describe("a send", () => {
  test("B1: without an answer is not repeated; the entry is open, and a resend comes after the cooldown", async () => {
    const { clock, fake, flow, code } = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { actThenFail: failure.noAnswer }),
    });
    expect(flow.view()).toMatchObject({
      awaiting: "code",
      code: { sent: "perhaps" },
      announcement: "codePerhapsSent",
    });
    await clock.advance(10 * MINUTE);
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(flow.view().resend?.allowed).toBe(true);
    flow.submitCode(code("email"));
    await clock.settle();
    expect(flow.view().step).toBe("phoneEntry");
  });

  test("B1: a 2xx that isn't the service's may have gone out, and is not repeated", async () => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.protocol }),
    });
    await clock.advance(30 * SECOND);
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(flow.view().code?.sent).toBe("perhaps");
  });

  test("B14: that surely did not go out is repeated with growing waits, and costs no cooldown", async () => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) =>
        fake.script("sendEmailCode", ...Array.from({ length: 5 }, () => ({ fail: failure.unreachable }))),
    });
    expect(flow.view().activities).toEqual(["sending", "retrying"]);
    // Half of 500, 1000, 2000 and 4000 ms: the random source of these tests always gives 0.5.
    for (const [wait, attempts] of [
      [249, 1],
      [1, 2],
      [500, 3],
      [1_000, 4],
      [2_000, 5],
      [60_000, 5],
    ] as const) {
      await clock.advance(wait);
      expect(fake.count("sendEmailCode")).toBe(attempts);
    }
    expect(flow.view()).toMatchObject({
      canRetry: true,
      failure: { kind: "unreachable", about: "send" },
      resend: { allowed: true, sendsLeft: 5 },
      code: { generation: 0 },
    });
    expect(flow.retry().isOk()).toBe(true);
    await clock.settle();
    expect(flow.view()).toMatchObject({ failure: null, code: { sent: "yes" } });
  });

  test("B14: the attempts of one send share a key, and the next send has another", async () => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }),
    });
    await clock.advance(2 * MINUTE);
    flow.resend();
    await clock.settle();
    const keys = fake.calls
      .filter((call) => call.operation === "sendEmailCode")
      .map((call) => call.idempotencyKey);
    expect(keys).toEqual(["flow/email/send/1", "flow/email/send/1", "flow/email/send/2"]);
  });

  test("B9: that goes out after a repeat ends the verdict on a code that was typed before it", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }),
    });
    world.flow.submitCode("000000");
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ failure: { kind: "codeRejected" }, code: { generation: 0 } });
    await world.clock.advance(SECOND);
    expect(world.flow.view()).toMatchObject({
      failure: null,
      announcement: "codeSent",
      code: { generation: 1 },
    });
  });

  test("B9: ends it also where the service took the code for none", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }),
    });
    world.fake.script("confirmEmail", { fail: failure.codeMalformed });
    world.flow.submitCode("000000");
    await world.clock.settle();
    expect(world.flow.view().failure).toMatchObject({ kind: "codeMalformed" });
    await world.clock.advance(SECOND);
    expect(world.flow.view()).toMatchObject({ failure: null, announcement: "codeSent" });
  });

  test("B9: that goes out while the verdict on an older code is in the making makes that one superseded", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }),
    });
    // The accepted send is followed by a read of its own (B6), and the verdict waits for that one.
    world.fake.script("status", { hold: true }, { hold: true });
    world.flow.submitCode("000000");
    await world.clock.settle();
    await world.clock.advance(SECOND);
    expect(world.flow.view()).toMatchObject({ activities: ["reconciling"], code: { generation: 1 } });
    world.fake.release();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({
      failure: { kind: "codeSuperseded", about: "code" },
      // It was refused before the newer one went out: it was wrong (B8).
      code: { generation: 1, attemptsLeft: 4 },
    });
  });

  test("B14: repeats end in time, whatever their number", async () => {
    const { clock, fake } = await begin({
      policy: { retry: { maxRetries: 20, totalMs: 3_000 } },
      prepare: (fake) =>
        fake.script("sendEmailCode", ...Array.from({ length: 20 }, () => ({ fail: failure.unreachable }))),
    });
    await clock.advance(MINUTE);
    // At 0, 250, 750 and 1750 ms; the next would come at 3750.
    expect(fake.count("sendEmailCode")).toBe(4);
  });

  test("B1: a 5xx is repeated, as the documents say; once spent, the code may be out", async () => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) =>
        fake.script("sendEmailCode", ...Array.from({ length: 9 }, () => ({ fail: failure.serverError }))),
    });
    await clock.advance(MINUTE);
    expect(fake.count("sendEmailCode")).toBe(5);
    expect(flow.view()).toMatchObject({
      code: { sent: "perhaps", generation: 1 },
      failure: { kind: "serverError", traceId: "trace-503" },
    });
  });

  test("B1: after a 5xx, the send may be out even if the last attempt never left", async () => {
    const { clock, flow } = await begin({
      policy: { retry: { maxRetries: 1 } },
      prepare: (fake) =>
        fake.script("sendEmailCode", { fail: failure.serverError }, { fail: failure.unreachable }),
    });
    await clock.advance(5 * SECOND);
    expect(flow.view()).toMatchObject({ code: { sent: "perhaps" }, resend: { blockedBy: "cooldown" } });
  });

  test('B1: with retrySends "never" a 5xx is as silence', async () => {
    const { clock, fake, flow } = await begin({
      policy: { retrySends: "never" },
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.serverError }),
    });
    await clock.advance(MINUTE);
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(flow.view().code?.sent).toBe("perhaps");
  });

  test("B3: asked for many times in one tick is made once", async () => {
    const { clock, fake, flow } = await begin();
    await clock.advance(MINUTE);
    const answers = Array.from({ length: 5 }, () => flow.resend());
    await clock.settle();
    expect(answers.map((answer) => answer.isOk())).toEqual([true, false, false, false, false]);
    expect(answers[1]?._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    expect(fake.count("sendEmailCode")).toBe(2);
  });

  test("B12: for an unknown user ends the flow", async () => {
    const { flow } = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.userNotFound }),
    });
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "userNotFound", traceId: null });
  });

  test("B16: an e-mail address that can't be sent to ends the flow, as nothing could ever be typed", async () => {
    const { flow } = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.contactRefused }),
    });
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "emailRefused", traceId: null });
  });

  test("B16: a refused resend leaves the code that is out", async () => {
    const { clock, fake, flow, code } = await begin();
    await clock.advance(MINUTE);
    fake.script("sendEmailCode", { fail: failure.contactRefused });
    flow.resend();
    await clock.settle();
    expect(flow.view()).toMatchObject({
      awaiting: "code",
      failure: { kind: "contactRefused", about: "send" },
    });
    flow.submitCode(code("email"));
    await clock.settle();
    expect(flow.view().step).toBe("phoneEntry");
  });
});

describe("B6: a send of a contact that is verified already", () => {
  test("elsewhere, before a resend: the step ends without asking for a code that never comes", async () => {
    const { clock, fake, flow } = await begin();
    await clock.advance(MINUTE);
    fake.service.verified.email = true;
    flow.resend();
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(2);
    expect(flow.view()).toMatchObject({ step: "phoneEntry", evidence: { email: { by: "status" } } });
  });

  test("at the start: nothing is sent at all", async () => {
    const { fake, flow } = await begin({ prepare: (fake) => (fake.service.verified.email = true) });
    expect(flow.view().step).toBe("phoneEntry");
    expect(fake.count(...sends)).toBe(0);
  });

  test("a first send right after the status needs no second read", async () => {
    const { fake } = await begin();
    expect(fake.calls.map((call) => call.operation)).toEqual(["status", "sendEmailCode"]);
  });

  test("a 204 is no evidence (B5)", async () => {
    const { flow } = await begin();
    expect(flow.view()).toMatchObject({ step: "email", evidence: { email: null } });
  });
});

describe("B7: the cooldown", () => {
  test("is a deadline: a resend before it is refused with the time, and taken at it", async () => {
    const { clock, flow } = await begin();
    const until = clock.now() + MINUTE;
    await clock.advance(MINUTE - 1);
    expect(flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "cooldown", until });
    await clock.advance(1);
    expect(flow.resend().isOk()).toBe(true);
  });

  test("is over after a sleep, even if no timer has fired yet", async () => {
    const { clock, flow } = await begin();
    clock.setTime(clock.now() + MINUTE);
    expect(flow.view().resend).toMatchObject({ allowed: true, availableAt: null });
    expect(flow.resend().isOk()).toBe(true);
  });

  test("a clock set back never makes the rest longer than one full cooldown", async () => {
    const { clock, flow } = await begin();
    await clock.advance(30 * SECOND);
    clock.setTime(clock.now() - 60 * MINUTE);
    expect(flow.view().resend?.availableAt).toBe(clock.now() + MINUTE);
    await clock.advance(30 * SECOND);
    expect(flow.view().resend?.allowed).toBe(true);
    expect(flow.resend().isOk()).toBe(true);
  });

  test("a reload with a clock set back waits one full cooldown at most", async () => {
    const world = await begin();
    const record = world.flow.record();
    world.flow.suspend();
    world.clock.setTime(world.clock.now() - 60 * MINUTE);
    const again = world.another({ record });
    again.start();
    await world.clock.advance(MINUTE);
    expect(again.view().resend?.allowed).toBe(true);
  });

  test("B13: a clock set forward ends it early, and the service's own throttling sets a new one", async () => {
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
    "B13: throttled with a Retry-After of %d ms waits no shorter than our own cooldown",
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

  test("B13: throttled without a time waits one cooldown; a huge time is capped at an hour", async () => {
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

  test("a send that had left the hour stays forgotten when the clock is set back", async () => {
    const { clock, flow } = await begin({ policy: { maxSendsPerWindow: 1, sendWindowMs: 30 * SECOND } });
    await clock.advance(MINUTE);
    expect(flow.view().resend?.allowed).toBe(true);
    clock.setTime(clock.now() - 60 * MINUTE);
    expect(flow.resend().isOk()).toBe(true);
  });

  test("B32: when the code was sent is told after the window as well, here and after a reload", async () => {
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

  test("starts with registration, which mailed the first code by itself", async () => {
    const { clock, fake, flow } = await begin({ user: { emailCodeSentAt: Date.UTC(2026, 0, 1, 9, 59, 30) } });
    expect(fake.count("sendEmailCode")).toBe(0);
    expect(flow.view()).toMatchObject({
      code: { sent: "yes", generation: 1 },
      resend: { availableAt: clock.now() + 30 * SECOND, sendsLeft: 4 },
    });
  });

  test("at most five sends an hour; the sixth is offered when the first leaves the hour", async () => {
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

describe("B9: a resend", () => {
  test("makes a new generation, and aborts a confirm of the old code", async () => {
    const { clock, fake, flow, code } = await begin();
    await clock.advance(MINUTE);
    fake.script("confirmEmail", { hold: true });
    flow.submitCode("111111");
    await clock.settle();
    const sentAt = clock.now();
    expect(flow.resend().isOk()).toBe(true);
    await clock.settle();
    expect(fake.calls.find((call) => call.operation === "confirmEmail")?.signal.aborted).toBe(true);
    expect(flow.view()).toMatchObject({
      code: { generation: 2, sentAt, canSubmit: true },
      announcement: "codeReplaced",
    });
    // B4: the late answer to the dead code changes nothing.
    fake.release();
    await clock.settle();
    expect(flow.view()).toMatchObject({ step: "email", failure: null, code: { attemptsLeft: 5 } });
    flow.submitCode(code("email"));
    await clock.settle();
    expect(flow.view().step).toBe("phoneEntry");
  });

  test("that never left keeps the old code good", async () => {
    const { clock, fake, flow, code } = await begin({ policy: { retry: { maxRetries: 0 } } });
    await clock.advance(MINUTE);
    fake.script("sendEmailCode", { fail: failure.unreachable });
    flow.resend();
    await clock.settle();
    expect(flow.view().code?.generation).toBe(1);
    flow.submitCode(code("email"));
    await clock.settle();
    expect(flow.view().step).toBe("phoneEntry");
  });
});

describe("B17: the phone number", () => {
  test("is asked for when it isn't known, and a send goes to it", async () => {
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

  test("that is refused is asked for again, and the verified e-mail stays (B15)", async () => {
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

  test("a flow that is taken up with another number takes no code for the one before", async () => {
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
