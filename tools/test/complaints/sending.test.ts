import { describe, expect, test } from "vitest";
import { channels, EMAIL, MINUTE, PHONE, SECOND, world } from "./world.js";

/*
 * What people say elsewhere about codes that are sent: twice, too soon, never again. The link above each test
 * is the public report; docs/complaints.md lists them all.
 */

describe("how many codes are sent", () => {
  // https://github.com/clerk/javascript/issues/8684
  test("clerk/javascript#8684: a registration that mails a code is not followed by a second one (B9)", async () => {
    const { open, pass, code, messages } = await world({ registered: "justNow" });
    expect(messages("email")).toBe(1);
    const page = await open();
    await pass(5 * SECOND);
    expect(messages("email")).toBe(1);
    // The complaint's end was that the code in the first mail is dead.
    page.submitCode(code("email", 0));
    await pass();
    expect(page.view()).toMatchObject({ step: "phoneEntry", evidence: { email: { by: "code" } } });
  });

  // https://github.com/clerk/javascript/issues/3305
  test("clerk/javascript#3305: a page that asks on every render, and a button that is hammered, send one code each (B3)", async () => {
    const { open, pass, messages } = await world({
      sandbox: { faults: [{ operation: "*", fault: { kind: "delay", ms: 300, when: "before" }, times: 99 }] },
    });
    const page = await open();
    const onEachRender = async (ask: () => unknown) => {
      for (let render = 0; render < 20; render += 1) {
        page.start();
        ask();
        page.view();
        await pass(50);
      }
    };
    await onEachRender(() => page.resend());
    expect(messages("email")).toBe(1);
    await pass(MINUTE);
    await onEachRender(() => page.resend());
    expect(messages("email")).toBe(2);
  });

  // https://github.com/logto-io/logto/issues/6995
  test("logto-io/logto#6995: a button that is pressed twice submits once (B3)", async () => {
    const { open, pass, code, requests, sandbox } = await world();
    const page = await open();
    sandbox.addFault({ operation: "confirmEmail", fault: { kind: "delay", ms: 400, when: "after" } });
    const pressed = [page.submitCode(code("email")), page.submitCode(code("email"))];
    await pass(100);
    pressed.push(page.submitCode(code("email")));
    expect(pressed.map((taken) => taken.match(String, ({ kind }) => kind))).toEqual([
      "taken",
      "busy",
      "busy",
    ]);
    await pass(SECOND);
    expect(requests("confirmEmail")).toBe(1);
    expect(page.view()).toMatchObject({ step: "phoneEntry", failure: null });
  });
});

describe("a resend", () => {
  // https://github.com/clerk-community/clerk-sdk-flutter/issues/365
  test("clerk-community/clerk-sdk-flutter#365: prevents duplicates without dropping what the user requests (B3)", async () => {
    const { open, reload, pass, code, messages } = await world();
    let page = await open();
    // The user ignores the first code and requests a new one; then again after the app was restarted.
    for (const expected of [2, 3, 4]) {
      await pass(MINUTE);
      expect(page.resend().isOk()).toBe(true);
      await pass();
      expect(messages("email")).toBe(expected);
      page = await reload(page);
    }
    page.submitCode(code("email"));
    await pass();
    expect(page.view().step).toBe("phoneEntry");
  });

  // https://github.com/aws-amplify/amplify-js/issues/4908
  test.each(channels)(
    "aws-amplify/amplify-js#4908: resends a lost code (%s) with the same command in each step (B9)",
    async (channel, start) => {
      const { open, pass, code, messages } = await world(start);
      const page = await open();
      expect(page.view()).toMatchObject({ channel, resend: { allowed: false, blockedBy: "cooldown" } });
      await pass(MINUTE);
      expect(page.view().resend).toMatchObject({ allowed: true, availableAt: null, sendsLeft: 4 });
      page.resend();
      await pass();
      expect(messages(channel)).toBe(2);
      page.submitCode(code(channel));
      await pass();
      expect(page.view().evidence[channel]).toMatchObject({ by: "code" });
    },
  );

  // https://github.com/ory/kratos/issues/2892
  test.each(channels)(
    "ory/kratos#2892: who comes back when the code has long expired gets another one (%s, B16)",
    async (channel, start) => {
      const { open, reload, pass, code, messages } = await world(start);
      const first = await open();
      const old = code(channel);
      await pass(45 * MINUTE);
      const page = await reload(first);
      page.submitCode(old);
      await pass();
      expect(page.view()).toMatchObject({ awaiting: "code", failure: { kind: "codeRejected" } });
      expect(page.resend().isOk()).toBe(true);
      await pass();
      expect(messages(channel)).toBe(2);
      page.submitCode(code(channel));
      await pass();
      expect(page.view().evidence[channel]).not.toBeNull();
    },
  );
});

describe("the time until the next code", () => {
  // https://github.com/clerk/clerk-android/issues/915
  test("clerk/clerk-android#915: every resend starts the countdown again, the third as the first (B7)", async () => {
    const { clock, open, pass } = await world();
    const page = await open();
    for (let resend = 0; resend < 3; resend += 1) {
      expect(page.view().resend).toMatchObject({ allowed: false, availableAt: clock.now() + MINUTE });
      await pass(MINUTE);
      expect(page.view().resend).toMatchObject({ allowed: true, availableAt: null });
      page.resend();
      await pass();
    }
    expect(page.view().resend).toMatchObject({
      allowed: false,
      availableAt: clock.now() + MINUTE,
      sendsLeft: 1,
    });
  });

  // https://github.com/aws-amplify/amplify-flutter/issues/6525
  test("aws-amplify/amplify-flutter#6525: refuses a resend during the cooldown, and says when it is over (B7)", async () => {
    const { clock, open, pass, requests } = await world();
    const page = await open();
    const until = clock.now() + MINUTE;
    await pass(MINUTE - 1);
    expect(page.view().resend).toMatchObject({ allowed: false, blockedBy: "cooldown", availableAt: until });
    expect(page.resend()._unsafeUnwrapErr()).toEqual({ kind: "cooldown", until });
    await pass();
    expect(requests("sendEmailCode")).toBe(1);
    await pass(1);
    expect(page.view().resend?.allowed).toBe(true);
  });

  // https://github.com/firebase/firebaseui-web/issues/807
  test.each([0, 15 * SECOND, 10 * MINUTE])(
    "firebase/firebaseui-web#807: the time is a setting (%i ms, B7)",
    async (cooldownMs) => {
      const { open, pass, messages } = await world({ options: { policy: { cooldownMs } } });
      const page = await open();
      await pass(Math.max(cooldownMs - 1, 0));
      expect(page.view().resend?.allowed).toBe(cooldownMs === 0);
      await pass(1);
      expect(page.resend().isOk()).toBe(true);
      await pass();
      expect(messages("email")).toBe(2);
    },
  );

  // https://github.com/opengovsg/FormSG/issues/4344
  test.each(["longAgo", "justNow"] as const)(
    "opengovsg/FormSG#4344: the first code starts the countdown, not the second (registered %s, B7)",
    async (registered) => {
      const { clock, open, messages } = await world({ registered });
      const page = await open();
      expect(messages("email")).toBe(1);
      expect(page.view().resend).toMatchObject({ allowed: false, availableAt: clock.now() + MINUTE });
      expect(page.resend()._unsafeUnwrapErr().kind).toBe("cooldown");
    },
  );

  // https://github.com/opengovsg/FormSG/issues/1923
  test.each([
    ["the request is slow", "before"],
    ["the answer is slow", "after"],
  ] as const)(
    "opengovsg/FormSG#1923: where our countdown ends, the service's own has ended (%s, B7)",
    async (_what, when) => {
      const { clock, open, pass, messages, requests } = await world({
        sandbox: {
          policy: { sendCooldownMs: MINUTE },
          faults: [{ operation: "sendEmailCode", fault: { kind: "delay", ms: 3 * SECOND, when } }],
        },
      });
      const page = await open();
      await pass(3 * SECOND);
      await pass((page.view().resend?.availableAt ?? 0) - clock.now());
      expect(page.resend().isOk()).toBe(true);
      await pass();
      expect(page.view().failure).toBeNull();
      expect(requests("sendEmailCode")).toBe(2);
      expect(messages("email")).toBe(2);
    },
  );

  // https://github.com/opengovsg/FormSG/issues/1923
  test("opengovsg/FormSG#1923: a service that makes users wait longer is believed, and never asked sooner than our cooldown (B13)", async () => {
    const { clock, open, pass, messages } = await world({
      sandbox: { policy: { sendCooldownMs: 90 * SECOND } },
    });
    const page = await open();
    await pass(MINUTE);
    page.resend();
    await pass();
    // One early question at most: the service said 30 seconds, and our own cooldown is the minimum.
    expect(page.view().resend).toMatchObject({ allowed: false, availableAt: clock.now() + MINUTE });
    await pass(MINUTE);
    expect(page.view()).toMatchObject({ awaiting: "code", resend: { allowed: true } });
    page.resend();
    await pass();
    expect(messages("email")).toBe(2);
  });

  // https://github.com/authgear/authgear-server/issues/2868
  test("authgear/authgear-server#2868: a cooldown is one contact's, and going back and in again is no error (B7)", async () => {
    const { clock, open, pass, code, messages, sandbox } = await world({ phone: PHONE });
    const first = await open();
    await pass(5 * SECOND);
    first.cancel();
    const again = await open();
    expect(again.view()).toMatchObject({ awaiting: "code", failure: null, code: { sent: "yes" } });
    expect(messages("email")).toBe(1);
    again.submitCode(code("email"));
    await pass();
    // The e-mail's minute isn't over, and the phone has its own.
    expect(again.view()).toMatchObject({ step: "phone", failure: null });
    expect(messages("phone")).toBe(1);
    expect(again.view().resend?.availableAt).toBe(clock.now() + MINUTE);
    // It doesn't block another user of this browser either.
    const other = sandbox.addUser({ email: EMAIL });
    await open({ user: { id: other, email: EMAIL } });
    expect(sandbox.outbox({ userId: other })).toHaveLength(1);
  });
});
