import { bulgarian, createVerification, english, type VerificationOptions } from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure } from "@veristep/core/testing";
import { connect, createForm, textsOf, type FormOptions } from "@veristep/form";
import { describe, expect, test } from "vitest";

async function openForm(
  prepare: (fake: ReturnType<typeof createFakeApi>) => void = () => {},
  options: FormOptions & Pick<VerificationOptions, "policy"> = {},
) {
  const fake = createFakeApi();
  const clock = createSimulatedClock();
  const user = { id: 7, email: "person@example.com" };
  const { policy } = options;
  const verification = createVerification({ api: fake.api, clock, user, policy })._unsafeUnwrap();
  const form = createForm(verification, () => ({ clock, ...options }));
  prepare(fake);
  form.attach();
  verification.start();
  await clock.settle();
  const type = async (code: string) => {
    form.typeCode(code);
    await clock.settle();
  };
  return { fake, clock, verification, form, type, texts: () => textsOf(form.getSnapshot(), english) };
}

const sent = "We sent a 6-digit code to p•••@example.com.";

describe("the texts of a screen", () => {
  test("keep where the code went while the field's own error is shown (B61)", async () => {
    const { type, texts } = await openForm();
    await type("000000");
    expect(texts()).toEqual({
      instruction: sent,
      error: "That code didn't work. Check it, or request a new one.",
      banner: null,
      status: "That code didn't work. Check it, or request a new one.",
    });
  });

  test("say that the most recent code counts, and when it was sent, when several were sent (B9)", async () => {
    const { clock, form, type, texts } = await openForm();
    await clock.advance(60_000);
    form.resend();
    await clock.settle();
    await type("000000");
    expect(texts().error).toMatch(/^That code didn't work\. Use the most recent one, sent at \d\d:\d\d\.$/);
  });

  test("show a refused resend in the banner, and not beside the field", async () => {
    const { form, texts } = await openForm();
    form.resend();
    expect(texts()).toMatchObject({
      instruction: sent,
      error: null,
      banner: { kind: "notice", text: "You can request a new code in 60 seconds." },
    });
  });

  test("show the connection in one banner, while it is retried and afterwards", async () => {
    const { clock, texts } = await openForm((fake) => {
      fake.script("status", ...Array.from({ length: 5 }, () => ({ fail: failure.unreachable })));
    });
    expect(texts().banner).toEqual({ kind: "connection", text: "Connection problem. Retrying…" });
    await clock.advance(60_000);
    expect(texts().banner?.text).toMatch(/^We couldn't connect\./);
  });

  test("show a lock in the banner, with the wait", async () => {
    const { type, texts } = await openForm();
    for (let code = 0; code < 5; code += 1) await type(String(111_111 + code));
    expect(texts()).toMatchObject({
      error: null,
      banner: { kind: "lock", text: "Too many incorrect codes. Try again in 15 minutes." },
    });
  });

  test("announce between the steps that the e-mail is verified", async () => {
    const { fake, clock, form, type, texts } = await openForm();
    await type(fake.service.codes.email ?? "");
    expect(texts()).toMatchObject({
      instruction: "Enter your phone number with the country code.",
      status: "Your e-mail is verified. Enter your phone number with the country code.",
    });
    expect(textsOf(form.getSnapshot(), bulgarian).status).toMatch(/^Имейлът ви е потвърден\. /);
    form.typePhone("+359888123456");
    form.submit();
    await clock.settle();
    expect(texts()).toMatchObject({
      instruction: "We sent a 6-digit code to +359 88 812 3456.",
      status: "We sent a 6-digit code to +359 88 812 3456.",
    });
  });
});

describe("the primary button", () => {
  test("tries again when retries have run out, and submits once the code is corrected", async () => {
    const { fake, clock, form, type } = await openForm();
    fake.script("confirmEmail", { fail: failure.unauthorized });
    await type("000000");
    expect(form.getSnapshot()).toMatchObject({ action: "retry", isInvalid: false });
    form.typeCode("00000");
    expect(form.getSnapshot().action).toBe("code");
    form.typeCode(fake.service.codes.email ?? "");
    await clock.settle();
    expect(form.getSnapshot()).toMatchObject({ action: "phone", isWorking: false });
  });
});

describe("a verdict on a code", () => {
  test("is not shown beside digits that were never checked (B2)", async () => {
    const { clock, form, type } = await openForm();
    await type("000000");
    expect(form.getSnapshot().isInvalid).toBe(true);
    form.typeCode("12");
    form.resend();
    await clock.advance(60_000);
    expect(form.getSnapshot()).toMatchObject({
      code: "12",
      refusal: null,
      failure: { kind: "codeRejected" },
      isInvalid: false,
    });
  });

  test("is not shown in a form that has checked nothing", async () => {
    const { verification, type } = await openForm();
    await type("000000");
    expect(createForm(verification).getSnapshot()).toMatchObject({ code: "", isInvalid: false });
  });
});

describe("the number", () => {
  test("can be edited, and left as it was without another send (B17)", async () => {
    const { fake, clock, form } = await openForm((fake) => {
      fake.service.verified.email = true;
    });
    form.typePhone("+359888123456");
    form.submit();
    await clock.settle();
    form.changePhone();
    expect(form.getSnapshot()).toMatchObject({ phone: "+359888123456", canGoBack: true, action: "phone" });
    form.typePhone("+35988");
    form.goBack();
    await clock.settle();
    expect(form.getSnapshot()).toMatchObject({
      view: { step: "phone" },
      destination: "+359 88 812 3456",
      canGoBack: false,
    });
    expect(fake.count("sendPhoneCode")).toBe(1);
  });

  test("can't be gone back to when the service refused it", async () => {
    const { fake, clock, form } = await openForm((fake) => {
      fake.service.verified.email = true;
    });
    fake.script("sendPhoneCode", { fail: failure.contactRefused });
    form.typePhone("+359888123456");
    form.submit();
    await clock.settle();
    expect(form.getSnapshot()).toMatchObject({ view: { step: "phoneEntry" }, canGoBack: false });
  });
});

describe("connect", () => {
  test("names attributes and handlers as HTML does, and joins the field with its two sentences", async () => {
    const { form } = await openForm();
    const shown = connect(form, { messages: english, id: "a-" });
    expect(shown.getCodeInputProps()).toMatchObject({
      id: "a-code",
      dir: "ltr",
      inputmode: "numeric",
      autocomplete: "one-time-code",
      "aria-invalid": false,
      "aria-describedby": `${shown.getInstructionProps().id} ${shown.getErrorProps().id}`,
    });
    expect(shown.getCodeLabelProps()).toEqual({ for: "a-code" });
  });

  test("takes an event of the browser, one of React, and a text", async () => {
    const { form, fake } = await openForm();
    const { oninput } = connect(form, { messages: english }).getCodeInputProps();
    const target = { value: "1" };
    oninput({ target, inputType: "insertText" });
    expect(form.getSnapshot().code).toBe("1");
    oninput({ target: { value: "12" }, nativeEvent: { type: "input", inputType: "insertText" } });
    expect(form.getSnapshot().code).toBe("12");
    oninput("123");
    expect(form.getSnapshot().code).toBe("123");
    expect(fake.count("confirmEmail")).toBe(0);
  });
});

describe("the store", () => {
  test("keeps the same snapshot until something in it changes", async () => {
    const { form, verification, clock } = await openForm();
    const before = form.getSnapshot();
    let calls = 0;
    form.subscribe(() => (calls += 1));
    form.typePhone("");
    await clock.advance(1_000);
    expect([form.getSnapshot() === before, calls]).toEqual([true, 0]);
    form.typeCode("1");
    expect(calls).toBe(1);
    expect(form.getSnapshot().view).toBe(before.view);
    expect(verification.view()).toEqual(before.view);
  });
});
