import { createVerification } from "@veristep/core";
import { createFakeTabs } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { EMAIL, MINUTE, PHONE, SECOND, watch, world, wrong } from "./world.js";

/*
 * Reports from elsewhere about reloads, laptops that sleep, and the other tab. The link
 * above each test is the public report; docs/complaints.md lists them all.
 */

describe("a page that is loaded again", () => {
  // https://github.com/clerk/javascript/issues/8463
  test("clerk/javascript#8463: sends no code, and keeps its countdown (B31, B32)", async () => {
    const { clock, open, reload, pass, messages } = await world();
    let page = await open();
    const until = clock.now() + MINUTE;
    for (let refresh = 0; refresh < 5; refresh += 1) {
      await pass(10 * SECOND);
      page = await reload(page);
      expect(page.view().resend).toMatchObject({ allowed: false, availableAt: until });
      expect(page.resend()._unsafeUnwrapErr()).toEqual({ kind: "cooldown", until });
    }
    expect(messages("email")).toBe(1);
    await pass(10 * SECOND);
    expect(page.resend().isOk()).toBe(true);
    await pass();
    expect(messages("email")).toBe(2);
  });

  // https://github.com/clerk/javascript/issues/5095
  test.each(["with a store", "without one"])(
    "clerk/javascript#5095: mounted, thrown away and mounted again in one tick, sends one code (%s, B31)",
    async (how) => {
      const { pass, messages, userId, http, clock, store } = await world();
      // React does this with an effect in development.
      const mount = () => {
        const page = createVerification({
          api: http,
          user: { id: userId, email: EMAIL },
          clock,
          ...(how === "with a store" ? { store } : {}),
        })._unsafeUnwrap();
        page.start();
        return page;
      };
      mount().suspend();
      const page = mount();
      await pass(MINUTE);
      expect(messages("email")).toBe(1);
      expect(page.view()).toMatchObject({ awaiting: "code", code: { generation: 1 } });
    },
  );

  // https://github.com/clerk/javascript/issues/5095
  test("clerk/javascript#5095: nor when it is thrown away while the code is being sent (B31)", async () => {
    const { open, reload, pass, messages, requests, sandbox, code } = await world();
    sandbox.addFault({ operation: "sendEmailCode", fault: { kind: "delay", ms: SECOND, when: "after" } });
    const page = await reload(await open());
    await pass(5 * SECOND);
    expect(requests("sendEmailCode")).toBe(1);
    expect(messages("email")).toBe(1);
    page.submitCode(code("email"));
    await pass();
    expect(page.view().step).toBe("phoneEntry");
  });

  // https://github.com/aws-amplify/amplify-ui/issues/4542
  test("aws-amplify/amplify-ui#4542: names the contact that the code went to (B32)", async () => {
    const { open, reload, pass, code, userId } = await world({ phone: PHONE });
    const byMail = { step: "email", channel: "email", destination: "i•••@example.com" } as const;
    const bySms = { step: "phone", channel: "phone", destination: "+359 •• ••• ••56" } as const;
    let page = await open();
    expect(page.view()).toMatchObject(byMail);
    page = await reload(page);
    expect(page.view()).toMatchObject(byMail);
    page.submitCode(code("email"));
    await pass();
    expect(page.view()).toMatchObject(bySms);
    page = await reload(page);
    expect(page.view()).toMatchObject(bySms);
    // The number isn't given to the page again: only its masked form is kept.
    page = await reload(page, { user: { id: userId, email: EMAIL } });
    expect(page.view()).toMatchObject({ ...bySms, code: { sent: "yes" } });
  });

  // https://github.com/aws-amplify/amplify-js/issues/3184
  test("aws-amplify/amplify-js#3184: comes to its end when it is reloaded at every step (B16, B32)", async () => {
    const { open, reload, pass, code, sandbox, messages } = await world({
      sandbox: { faults: [{ operation: "sendPhoneCode", fault: { kind: "dropAfter" } }] },
    });
    let page = await reload(await open());
    page.submitCode(wrong(code("email")));
    await pass();
    page = await reload(page);
    sandbox.addFault({ operation: "confirmEmail", fault: { kind: "delay", ms: SECOND, when: "after" } });
    page.submitCode(code("email"));
    await pass(100);
    page = await reload(page);
    await pass(SECOND);
    expect(page.view()).toMatchObject({ step: "phoneEntry", failure: null });
    page = await reload(page);
    page.submitPhone(PHONE);
    await pass();
    page = await reload(page);
    expect(page.view()).toMatchObject({ step: "phone", awaiting: "code", code: { sent: "perhaps" } });
    page.submitCode(code("phone"));
    await pass();
    expect((await page.result).isOk()).toBe(true);
    expect([messages("email"), messages("phone")]).toEqual([1, 1]);
  });
});

describe("a user who comes back", () => {
  // https://github.com/aws-amplify/amplify-ui/issues/6295
  test("aws-amplify/amplify-ui#6295: verifies what is still unverified, days later in another browser (B6)", async () => {
    const there = await world({ registered: "justNow" });
    await there.pass(3 * 24 * 60 * MINUTE);
    // Nothing is remembered here, and the mail of the registration is gone.
    const page = await there.open({ user: { id: there.userId, email: EMAIL }, store: undefined });
    expect(page.view()).toMatchObject({ step: "email", awaiting: "code", code: { sent: "yes" } });
    expect(there.messages("email")).toBe(2);
    page.submitCode(there.code("email"));
    await there.pass();
    expect(page.view()).toMatchObject({ step: "phoneEntry", awaiting: "phone" });
  });

  // https://github.com/aws-amplify/amplify-ui/issues/6295
  test("aws-amplify/amplify-ui#6295: doesn't verify the e-mail address again when it is verified (B6)", async () => {
    const { open, messages } = await world({ verified: ["email"] });
    const page = await open();
    expect(page.view()).toMatchObject({ step: "phoneEntry", evidence: { email: { by: "status" } } });
    expect(messages("email")).toBe(0);
  });

  // https://github.com/supertokens/supertokens-web-js/issues/18
  test("supertokens/supertokens-web-js#18: continues after pressing resend on a screen that another device has outrun (B6, B18)", async () => {
    const { open, pass, messages, sandbox, userId } = await world();
    const page = await open();
    const seen = watch(page);
    sandbox.verifyElsewhere(userId, "email");
    await pass(2 * MINUTE);
    expect(page.resend().isOk()).toBe(true);
    await pass();
    expect(page.view()).toMatchObject({ step: "phoneEntry", evidence: { email: { by: "status" } } });
    expect(messages("email")).toBe(1);
    expect(seen.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  });

  // https://github.com/firebase/FirebaseUI-Android/issues/1703
  test("firebase/FirebaseUI-Android#1703: from another app or a closed lid finds the countdown where it should be (B7)", async () => {
    const { clock, open, pass, messages } = await world();
    const page = await open();
    const until = clock.now() + MINUTE;
    // The machine sleeps: time goes by, and no timer fires.
    clock.setTime(clock.now() + 40 * SECOND);
    expect(page.view().resend).toMatchObject({ allowed: false, availableAt: until });
    clock.setTime(clock.now() + 20 * SECOND);
    expect(page.view().resend).toMatchObject({ allowed: true, availableAt: null });
    expect(page.resend().isOk()).toBe(true);
    await pass();
    expect(messages("email")).toBe(2);
  });
});

describe("two tabs", () => {
  // https://github.com/keycloak/keycloak/issues/51265
  test("keycloak/keycloak#51265: what is verified in one takes the other along, and loading that one again is fine (B37)", async () => {
    const { open, reload, pass, code, messages } = await world({ phone: PHONE });
    const tabs = createFakeTabs();
    const first = await open({ peers: tabs.open() });
    const second = await open({ peers: tabs.open() });
    const seen = watch(first);
    expect(messages("email")).toBe(1);
    second.submitCode(code("email"));
    await pass();
    expect(first.view()).toMatchObject({ step: "phone", evidence: { email: { by: "status" } } });
    const again = await reload(first, { peers: tabs.open() });
    expect(again.view()).toMatchObject({ step: "phone", failure: null });
    expect(messages("phone")).toBe(1);
    second.submitCode(code("phone"));
    await pass();
    expect((await again.result).isOk()).toBe(true);
    expect(seen.flatMap(({ failure, failedBecause }) => failure ?? failedBecause ?? [])).toEqual([]);
  });

  // https://github.com/keycloak/keycloak/issues/51265
  test("keycloak/keycloak#51265: and where tabs can't hear each other, the first look at the page does the same (B18)", async () => {
    const { open, pass, code } = await world();
    const first = await open();
    const elsewhere = await open({ store: undefined });
    elsewhere.submitCode(code("email"));
    await pass();
    first.refresh();
    await pass();
    expect(first.view()).toMatchObject({ step: "phoneEntry", failure: null });
  });
});
