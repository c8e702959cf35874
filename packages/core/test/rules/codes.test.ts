import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import {
  begin,
  beginAtPhone,
  EMAIL,
  MINUTE,
  OTHER_PHONE,
  SECOND,
  type World,
  noRepeats,
  enter,
  beginWithOpenSend,
} from "../flow-world.js";

describe("B9: a resend drops a code", () => {
  const dropped = async (world: World) => {
    await world.clock.advance(MINUTE);
    expect(world.flow.resend().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.actor.getSnapshot().context.entry.codeRef).toBeNull();
    await world.clock.advance(10 * SECOND);
    expect(world.flow.view()).toMatchObject({ awaiting: "code", code: { generation: 2, canSubmit: true } });
  };

  test("that waits for its repeat", async () => {
    const world = await begin({ policy: { cooldownMs: 0, retry: { baseMs: 8_000 } } });
    world.fake.script("confirmEmail", { fail: failure.unreachable });
    await enter(world, "111111");
    expect(world.flow.resend().isOk()).toBe(true);
    await world.clock.advance(MINUTE);
    expect(world.fake.count("confirmEmail")).toBe(1);
    expect(world.flow.view()).toMatchObject({ awaiting: "code", failure: null });
  });

  test("whose outcome is unclear while the flow reads the status", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.noAnswer });
    world.fake.script("status", { hold: true });
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({ activities: ["reconciling"], announcement: "confirming" });
    await dropped(world);
    expect(world.fake.count("confirmEmail")).toBe(1);
  });

  test("that waits for the user to retry", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.noAnswer }, { fail: failure.noAnswer });
    await enter(world, "111111");
    expect(world.flow.view().canRetry).toBe(true);
    await dropped(world);
    expect(world.flow.view()).toMatchObject({ canRetry: false, failure: null });
  });
});

describe("B9: a retry repeats the typed code, and makes no send that would replace it,", () => {
  const [repeated, givenUp] = [{ fail: failure.unreachable }, { fail: failure.invalidRequest }] as const;

  test.each([
    ["waits for the user, as the code does", givenUp, givenUp],
    ["waits for the user, and the code for its repeat", givenUp, repeated],
    ["waits for its repeat, and the code for the user", repeated, givenUp],
    ["waits for its repeat, as the code does", repeated, repeated],
  ] as const)("when the send %s", async (_, send, confirm) => {
    const world = await begin({ policy: { retry: { baseMs: 8_000 } } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", send);
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", confirm);
    await enter(world, world.code("email"));
    expect(world.flow.retry().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(2);
    expect(world.flow.view()).toMatchObject({ step: "phoneEntry", failure: null });
  });

  test("B11: when both stopped because the token was invalid", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    const out = { fail: failure.unauthorized };
    world.fake.script("sendEmailCode", out);
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", out);
    await enter(world, world.code("email"));
    world.flow.retry();
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(2);
    expect(world.flow.view()).toMatchObject({ step: "phoneEntry", failure: null });
  });

  test("when the send gave up after the code, and its failure is the one in the view", async () => {
    const world = await begin({ policy: { retry: { maxRetries: 1 } } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", repeated, repeated);
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", givenUp);
    await enter(world, world.code("email"));
    await world.clock.advance(SECOND);
    expect(world.flow.view()).toMatchObject({ canRetry: true, failure: { about: "send" } });
    world.flow.retry();
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(3);
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("unless the code is being confirmed: then the retry is refused", async () => {
    const world = await begin({ policy: { retry: noRepeats } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, "111111");
    expect(world.flow.view().canRetry).toBe(false);
    expect(world.flow.retry()._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    expect(world.fake.count("sendEmailCode")).toBe(2);
  });

  test("B16: unless no code can have gone out: then it repeats the send", async () => {
    const world = await beginWithOpenSend("phone");
    world.fake.script("confirmPhone", givenUp);
    await enter(world, "111111");
    await world.answer(failure.invalidRequest);
    expect(world.flow.view()).toMatchObject({ canRetry: true, code: { canSubmit: false } });
    expect(world.flow.retry().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.sends()).toBe(2);
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

describe("the current code", () => {
  test("is announced as expired from the end of its lifetime until the next send (B61)", async () => {
    const world = await begin({ policy: { codeLifetimeMs: 10 * MINUTE } });
    const announced: string[] = [];
    world.flow.subscribe(({ announcement }) => announced.push(announcement));
    await world.clock.advance(10 * MINUTE - 1);
    expect(world.flow.view().announcement).toBe("codeSent");
    await world.clock.advance(1);
    expect(announced.at(-1)).toBe("codeExpired");
    expect(world.flow.view()).toMatchObject({ announcement: "codeExpired", code: { canSubmit: true } });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().announcement).toBe("codeReplaced");
  });

  test("B9: is dated by the newest send, and its expected end is a hint of the policy", async () => {
    const world = await begin({ policy: { codeFormat: { length: 8 }, codeLifetimeMs: 5 * MINUTE } });
    await world.clock.advance(MINUTE);
    world.flow.resend();
    await world.clock.settle();
    const sentAt = world.clock.now();
    await world.clock.advance(SECOND);
    expect(world.flow.view().code).toEqual({
      canSubmit: true,
      length: 8,
      characters: "digits",
      attemptsLeft: 5,
      sent: "yes",
      sentAt,
      generation: 2,
      expiresAt: sentAt + 5 * MINUTE,
    });
    expect(world.flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({
      kind: "codeFormat",
      length: 8,
      characters: "digits",
    });
  });

  test("B17: doesn't exist for a new number before a send to it, whatever went to the old one", async () => {
    const world = await beginAtPhone({ policy: { retry: noRepeats } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { fail: failure.unreachable });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({
      destination: "+359 •• ••• ••21",
      code: { canSubmit: false, sent: "no", sentAt: null, expiresAt: null, generation: 1 },
      canRetry: true,
    });
  });

  test("B17, B62: is announced as not sent for a number without a send", async () => {
    const world = await beginAtPhone({ policy: { retry: noRepeats } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { fail: failure.throttled });
    world.flow.submitPhone(OTHER_PHONE);
    await world.clock.settle();
    const record = world.flow.record();
    world.flow.suspend();
    const again = world.another({ record, user: { id: 7, email: EMAIL } });
    again.start();
    await world.clock.settle();
    expect(again.view()).toMatchObject({
      destination: "+359 •• ••• ••21",
      code: { sent: "no", canSubmit: false },
      announcement: "noCodeSent",
    });
  });

  test("has 0 attempts and sends left, never fewer, under a stricter policy than before", async () => {
    const world = await begin({ policy: { cooldownMs: 0 } });
    for (const code of ["111111", "222222", "333333"]) await enter(world, code);
    world.flow.resend();
    await world.clock.settle();
    world.flow.resend();
    await world.clock.settle();
    const record = world.flow.record();
    world.flow.suspend();
    const strict = world.another({ record, policy: { maxAttempts: 2, maxSendsPerWindow: 2 } });
    strict.start();
    await world.clock.settle();
    expect(strict.view()).toMatchObject({ code: { attemptsLeft: 0 }, resend: { sendsLeft: 0 } });
  });
});
