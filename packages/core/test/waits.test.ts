import { describe, expect, test } from "vitest";
import { err, ResultAsync, type Result } from "neverthrow";
import { createVerification, type ApiFailure, type Clock } from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, MINUTE, OTHER_PHONE, PHONE, SECOND, type World } from "./flow-world.js";

const HOUR = 60 * MINUTE;
const noRepeats = { maxRetries: 0 } as const;

const enter = async ({ clock, flow }: Pick<World, "clock" | "flow">, code: string) => {
  const taken = flow.submitCode(code);
  await clock.settle();
  return taken;
};

const sleep = ({ clock }: World, ms: number) => {
  clock.setTime(clock.now() + ms);
};

/** A flow whose first send is under way until the test answers it. */
async function beginWithOpenSend(channel: "email" | "phone" = "email") {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  fake.service.verified.email = channel === "phone";
  let attempts = 0;
  let answer: (failure: ApiFailure) => void = () => {};
  const send = () => {
    attempts += 1;
    return new ResultAsync(
      new Promise<Result<"accepted", ApiFailure>>((resolve) => {
        answer = (failure) => {
          resolve(err(failure));
        };
      }),
    );
  };
  const flow = createVerification({
    api: { ...fake.api, sendEmailCode: send, sendPhoneCode: send },
    user: { id: 7, email: EMAIL, phone: PHONE },
    clock,
    random: () => 0.5,
  })._unsafeUnwrap();
  flow.start();
  await clock.settle();
  return {
    clock,
    fake,
    flow,
    sends: () => attempts,
    answer: async (failure: ApiFailure) => {
      answer(failure);
      await clock.settle();
    },
  };
}

describe("B7: a clock that is set back", () => {
  test("never brings a cooldown to life that was over when a send began", async () => {
    const world = await begin({ policy: { retry: noRepeats } });
    sleep(world, MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    expect(world.flow.resend().isOk()).toBe(true);
    await world.clock.settle();
    sleep(world, -HOUR);
    expect(world.flow.view().resend?.allowed).toBe(true);
    expect(world.flow.resend().isOk()).toBe(true);
  });

  test("never makes the service's own time longer than it asked for", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.throttled }),
    });
    sleep(world, -HOUR);
    await world.clock.advance(MINUTE);
    expect(world.flow.view().resend?.allowed).toBe(true);
  });

  test("never keeps a spent window of sends beyond its length", async () => {
    const world = await begin({ policy: { cooldownMs: 0, maxSendsPerWindow: 1, sendWindowMs: 10 * MINUTE } });
    expect(world.flow.view().resend).toMatchObject({
      blockedBy: "sendLimit",
      availableAt: world.clock.now() + 10 * MINUTE,
    });
    sleep(world, -HOUR);
    expect(world.flow.resend()._unsafeUnwrapErr()).toEqual({
      kind: "sendLimit",
      until: world.clock.now() + 10 * MINUTE,
    });
    await world.clock.advance(10 * MINUTE);
    expect(world.flow.view().resend).toMatchObject({ allowed: true, availableAt: null, blockedBy: null });
    expect(world.flow.resend().isOk()).toBe(true);
  });

  test("never keeps a lock beyond its length, and says so in the refusal", async () => {
    const world = await begin({ policy: { maxAttempts: 1 } });
    await enter(world, "111111");
    sleep(world, -HOUR);
    expect((await enter(world, "222222"))._unsafeUnwrapErr()).toEqual({
      kind: "lock",
      until: world.clock.now() + 15 * MINUTE,
      by: "attempts",
    });
    expect(world.flow.view().lock?.until).toBe(world.clock.now() + 15 * MINUTE);
    await world.clock.advance(15 * MINUTE);
    expect(world.flow.view()).toMatchObject({ lock: null, failure: null, announcement: "codeSent" });
    expect((await enter(world, "222222")).isOk()).toBe(true);
  });

  test("while a number is asked for never bars it for longer than each barrier's length", async () => {
    const cooling = await beginAtPhone();
    cooling.flow.changePhone();
    sleep(cooling, -HOUR);
    await cooling.clock.advance(MINUTE);
    expect(cooling.flow.view().phoneEntry).toEqual({ canSubmit: true, availableAt: null });
    expect(cooling.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);

    const spent = await beginAtPhone({ policy: { cooldownMs: 0, maxSendsPerWindow: 1 } });
    spent.flow.changePhone();
    expect(spent.flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toMatchObject({ kind: "sendLimit" });
    sleep(spent, -HOUR);
    await spent.clock.advance(HOUR);
    expect(spent.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);

    const locked = await beginAtPhone({ policy: { maxAttempts: 1 } });
    await enter(locked, "111111");
    locked.flow.changePhone();
    expect(locked.flow.view()).toMatchObject({ lock: null, phoneEntry: { canSubmit: false } });
    sleep(locked, -HOUR);
    await locked.clock.advance(15 * MINUTE);
    expect(locked.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await locked.clock.settle();
    expect(locked.flow.view()).toMatchObject({ lock: null, code: { attemptsLeft: 1, canSubmit: true } });
  });

  test("leaves over the window of sends that was over when the number was asked for", async () => {
    const world = await beginAtPhone({ policy: { maxSendsPerWindow: 1, sendWindowMs: 30 * SECOND } });
    await world.clock.advance(MINUTE);
    world.flow.changePhone();
    sleep(world, -HOUR);
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
  });

  test("leaves over what was over when the number was asked for", async () => {
    const world = await beginAtPhone();
    sleep(world, MINUTE);
    world.flow.changePhone();
    await world.clock.advance(0);
    sleep(world, -HOUR);
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
  });
});

describe("B7: after a sleep, before any timer has fired", () => {
  test("a new number is sent to at once", async () => {
    const world = await beginAtPhone();
    world.flow.changePhone();
    sleep(world, MINUTE);
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await world.clock.settle();
    expect(world.fake.calls.at(-2)).toMatchObject({ operation: "sendPhoneCode", argument: OTHER_PHONE });
  });

  test("a lock that is over takes a code, counts afresh, and the view says so", async () => {
    const world = await begin({ policy: { maxAttempts: 2 } });
    await enter(world, "111111");
    await enter(world, "222222");
    sleep(world, 15 * MINUTE);
    expect(world.flow.view()).toMatchObject({ awaiting: "code", lock: null, code: { canSubmit: true } });
    expect((await enter(world, "333333")).isOk()).toBe(true);
    expect(world.flow.view()).toMatchObject({ lock: null, code: { attemptsLeft: 1 } });
  });

  test.each([failure.serverError, failure.unreachable])(
    "a lock that is over ends no attempts at a send (B8): it is retried after $kind",
    async (answer) => {
      const world = await begin({ policy: { maxAttempts: 1 } });
      await enter(world, "111111");
      sleep(world, 15 * MINUTE);
      world.fake.script("sendEmailCode", { fail: answer });
      expect(world.flow.resend().isOk()).toBe(true);
      await world.clock.advance(SECOND);
      expect(world.fake.count("sendEmailCode")).toBe(3);
      expect(world.flow.view()).toMatchObject({ failure: null, code: { generation: 2, canSubmit: true } });
    },
  );

  test("sends leave the window, and are counted as left", async () => {
    const world = await begin();
    sleep(world, HOUR - 1);
    expect(world.flow.view().resend?.sendsLeft).toBe(4);
    sleep(world, 1);
    expect(world.flow.view().resend?.sendsLeft).toBe(5);
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.record().email?.sends).toHaveLength(1);
  });

  test("a wait of one millisecond is still a wait", async () => {
    const world = await begin();
    sleep(world, MINUTE - 1);
    expect(world.flow.view().resend).toMatchObject({ allowed: false, availableAt: world.clock.now() + 1 });
  });
});

describe("B7: of several barriers", () => {
  test("the one that lasts longest is told", async () => {
    const world = await begin({ policy: { maxSendsPerWindow: 1, sendWindowMs: 30 * SECOND } });
    const at = world.clock.now() + MINUTE;
    expect(world.flow.view().resend).toMatchObject({ blockedBy: "cooldown", availableAt: at });
  });

  test("and of two that last as long the lock is told, as it bars more", async () => {
    const world = await begin({ policy: { maxAttempts: 1, lockMs: MINUTE } });
    await enter(world, "111111");
    expect(world.flow.view().resend?.blockedBy).toBe("lock");
  });

  test("a window longer than the cooldown bars first, and its oldest send decides", async () => {
    const world = await begin({ policy: { maxSendsPerWindow: 2, sendWindowMs: 10 * MINUTE } });
    const first = world.clock.now();
    await world.clock.advance(2 * MINUTE);
    world.flow.resend();
    await world.clock.settle();
    const until = first + 10 * MINUTE;
    expect(world.flow.view().resend).toMatchObject({ blockedBy: "sendLimit", availableAt: until });
    await world.clock.advance(2 * MINUTE);
    expect(world.flow.actor.getSnapshot().hasTag("noSendsLeft")).toBe(true);
    await world.clock.advance(until - world.clock.now());
    expect(world.flow.actor.getSnapshot().hasTag("canResend")).toBe(true);
  });
});

describe("B8: a lock", () => {
  test("whose timer is late takes no code while the verdict on another is open", async () => {
    const world = await begin({ policy: { maxAttempts: 1, lockMs: MINUTE } });
    world.fake.script("status", { hold: true });
    await enter(world, "111111");
    sleep(world, MINUTE);
    expect(world.flow.view().code?.canSubmit).toBe(false);
    expect((await enter(world, "222222"))._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    expect(world.fake.count("confirmEmail")).toBe(1);
  });

  const throttledConfirm = {
    fail: { kind: "throttled", retryAfterMs: 10 * MINUTE, traceId: null, origin: "service" },
  } as const;

  test("that falls while an unclear 5xx waits for its repeat: that send may be out", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.serverError });
    world.flow.resend();
    await world.clock.settle();
    const sentAt = world.clock.now();
    await world.clock.advance(100);
    world.fake.script("confirmEmail", throttledConfirm);
    await enter(world, "111111");
    await world.clock.advance(MINUTE);
    expect(world.fake.count("sendEmailCode")).toBe(2);
    expect(world.flow.view().code).toMatchObject({ sent: "perhaps", generation: 2, sentAt });
  });

  test("that falls while a send waits for its repeat ends it, and nothing is under way", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", throttledConfirm);
    await enter(world, "111111");
    await world.clock.advance(10 * MINUTE);
    expect(world.fake.count("sendEmailCode")).toBe(2);
    expect(world.flow.view()).toMatchObject({ activities: [], resend: { allowed: true } });
    expect(world.flow.record().email?.sendingSince).toBeNull();
  });

  test("is not earned by a code that a send under way may have killed (B4), which is tried once", async () => {
    const world = await begin({ policy: { maxAttempts: 1 } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    await enter(world, "111111");
    expect(world.fake.count("confirmEmail")).toBe(1);
    expect(world.flow.view()).toMatchObject({
      lock: null,
      failure: { kind: "codeSuperseded", about: "code" },
      code: { attemptsLeft: 1, canSubmit: true },
    });
  });

  test("and B2: no answer amid a send is told as no answer", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    world.fake.script("confirmEmail", { fail: failure.noAnswer }, { fail: failure.noAnswer });
    await enter(world, "111111");
    expect(world.flow.view().failure).toMatchObject({ kind: "noAnswer", about: "code" });
  });

  test("holds over a reload even where no code was sent by this flow, and nothing is sent meanwhile", async () => {
    const world = await begin({
      policy: { maxAttempts: 1 },
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.throttled }),
    });
    await world.clock.advance(MINUTE);
    await enter(world, "111111");
    const record = world.flow.record();
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(1);
    expect(again.view()).toMatchObject({ announcement: "lock", lock: { by: "attempts" } });
    expect(again.actor.getSnapshot().hasTag("locked")).toBe(true);
  });

  test("with unlockOnResend bars no repeat of a send, and a send that is accepted opens it", async () => {
    const world = await begin({ policy: { unlockOnResend: true } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", throttledConfirm);
    await enter(world, "111111");
    expect(world.flow.view().lock).toMatchObject({ by: "service" });
    await world.clock.advance(SECOND);
    expect(world.fake.count("sendEmailCode")).toBe(3);
    expect(world.flow.view()).toMatchObject({ lock: null, code: { generation: 2, canSubmit: true } });
  });

  test("with unlockOnResend is opened by a send without an answer too", async () => {
    const world = await begin({ policy: { maxAttempts: 1, unlockOnResend: true } });
    await enter(world, "111111");
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { actThenFail: failure.noAnswer });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { sent: "perhaps" } });
  });

  test.each([failure.invalidRequest, failure.throttled])(
    "with unlockOnResend is opened by a send that may have gone out, however it ended ($kind)",
    async (answer) => {
      const world = await begin({ policy: { maxAttempts: 1, unlockOnResend: true } });
      await enter(world, "111111");
      await world.clock.advance(MINUTE);
      world.fake.script("sendEmailCode", { fail: failure.serverError }, { fail: answer });
      world.flow.resend();
      await world.clock.advance(SECOND);
      expect(world.flow.view()).toMatchObject({ lock: null, code: { sent: "perhaps", canSubmit: true } });
    },
  );

  test.each(["while the status is read", "that waits for the person"])(
    "with unlockOnResend is opened by a repeat that is accepted before the verdict %s",
    async (when) => {
      const world = await begin({ policy: { maxAttempts: 1, unlockOnResend: true } });
      await world.clock.advance(MINUTE);
      world.fake.script("sendEmailCode", { fail: failure.unreachable });
      world.flow.resend();
      await world.clock.settle();
      const isRead = when === "while the status is read";
      world.fake.script("status", isRead ? { hold: true } : { fail: failure.invalidRequest });
      await enter(world, "111111");
      await world.clock.advance(SECOND);
      world.fake.release();
      await world.clock.settle();
      expect(world.flow.view()).toMatchObject({
        lock: null,
        code: { generation: 2, canSubmit: true, attemptsLeft: 1 },
      });
      expect(world.flow.actor.getSnapshot().hasTag("locked")).toBe(false);
    },
  );

  test("with unlockOnResend stays while a new number is given that is not sent to", async () => {
    const world = await beginAtPhone({
      policy: { maxAttempts: 1, unlockOnResend: true, retry: noRepeats },
    });
    await enter(world, "111111");
    await world.clock.advance(MINUTE);
    world.flow.changePhone();
    world.fake.script("sendPhoneCode", { fail: failure.unreachable });
    expect(world.flow.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.view().lock).toMatchObject({ by: "attempts" });
  });

  test("is not opened by a code that was under way when it fell", async () => {
    const world = await begin({ policy: { cooldownMs: 0 } });
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", throttledConfirm);
    await enter(world, "111111");
    expect(world.flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    world.fake.release();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ lock: { by: "service" }, code: { generation: 2 } });
    expect(world.flow.actor.getSnapshot().hasTag("locked")).toBe(true);
  });

  test("of the last wrong code holds though its verdict is open, and opens in time", async () => {
    const world = await begin({ policy: { maxAttempts: 1, retry: noRepeats } });
    world.fake.script("status", { fail: failure.unreachable });
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({
      canRetry: true,
      announcement: "lock",
      code: { canSubmit: false },
    });
    await world.clock.advance(15 * MINUTE);
    expect(world.flow.view()).toMatchObject({ lock: null, code: { canSubmit: true, attemptsLeft: 1 } });
    expect((await enter(world, world.code("email"))).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("phoneEntry");
  });
});

describe("B9: a resend drops the code that is", () => {
  const dropped = async (world: World) => {
    await world.clock.advance(MINUTE);
    expect(world.flow.resend().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.actor.getSnapshot().context.entry.codeRef).toBeNull();
    await world.clock.advance(10 * SECOND);
    expect(world.flow.view()).toMatchObject({ awaiting: "code", code: { generation: 2, canSubmit: true } });
  };

  test("waiting for its repeat", async () => {
    const world = await begin({ policy: { cooldownMs: 0, retry: { baseMs: 8_000 } } });
    world.fake.script("confirmEmail", { fail: failure.unreachable });
    await enter(world, "111111");
    expect(world.flow.resend().isOk()).toBe(true);
    await world.clock.advance(MINUTE);
    expect(world.fake.count("confirmEmail")).toBe(1);
    expect(world.flow.view()).toMatchObject({ awaiting: "code", failure: null });
  });

  test("in doubt while the status is read", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.noAnswer });
    world.fake.script("status", { hold: true });
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({ activities: ["reconciling"], announcement: "confirming" });
    await dropped(world);
    expect(world.fake.count("confirmEmail")).toBe(1);
  });

  test("waiting for the person to retry", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.noAnswer }, { fail: failure.noAnswer });
    await enter(world, "111111");
    expect(world.flow.view().canRetry).toBe(true);
    await dropped(world);
    expect(world.flow.view()).toMatchObject({ canRetry: false, failure: null });
  });
});

describe("B9: a retry is for the typed code that waits for it, and makes no send that would kill it,", () => {
  const [repeated, givenUp] = [{ fail: failure.unreachable }, { fail: failure.invalidRequest }] as const;

  test.each([
    ["waits for the person, as the code does", givenUp, givenUp],
    ["waits for the person, and the code for its repeat", givenUp, repeated],
    ["waits for its repeat, and the code for the person", repeated, givenUp],
    ["waits for its repeat, as the code does", repeated, repeated],
  ] as const)("where the send %s", async (_, send, confirm) => {
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

  test("B11: where both were stopped for want of a valid token", async () => {
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

  test("where the send was given up after the code, and is what is told", async () => {
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

  test("where the code is being confirmed", async () => {
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

  test("B16: unless no code can be out that it could be: then it is for the send", async () => {
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

describe("B6: verified elsewhere before an accepted send", () => {
  test("is noticed after the clock was set back", async () => {
    const world = await begin();
    sleep(world, -HOUR);
    await world.clock.advance(MINUTE);
    world.fake.service.verified.email = true;
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("by a confirm that the send cut off, however fresh the status is", async () => {
    const world = await begin({ policy: { cooldownMs: 0 } });
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, world.code("email"));
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("is noticed though an older read is under way, which is begun anew under a key of its own", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("status", { hold: true });
    world.flow.refresh();
    await world.clock.settle();
    world.fake.service.verified.email = true;
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
    const keys = world.fake.calls
      .filter((call) => call.operation === "status")
      .map((call) => call.idempotencyKey);
    expect(new Set(keys).size).toBe(3);
  });

  test("is noticed by a read with repeats of its own, whatever the one before has used", async () => {
    const world = await begin({ policy: { retry: { maxRetries: 1 } } });
    await world.clock.advance(MINUTE);
    world.fake.script("status", { fail: failure.unreachable }, { fail: failure.unreachable });
    world.flow.refresh();
    await world.clock.settle();
    world.fake.service.verified.email = true;
    world.flow.resend();
    await world.clock.advance(SECOND);
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("is noticed between two polls", async () => {
    const world = await begin({ policy: { pollMs: HOUR } });
    await world.clock.advance(MINUTE);
    world.fake.service.verified.email = true;
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("is noticed where a resend is refused", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.service.verified.email = true;
    world.fake.script("sendEmailCode", { fail: failure.contactRefused });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });
});

test("B13: a poll waits as long as the service asks, however long that is, and then goes on (B18)", async () => {
  const world = await begin({ policy: { pollMs: 10 * SECOND } });
  world.fake.script("status", { fail: { ...failure.throttled, retryAfterMs: 2 * MINUTE } });
  await world.clock.advance(10 * SECOND);
  expect(world.fake.count("status")).toBe(2);
  await world.clock.advance(2 * MINUTE - 1);
  expect(world.fake.count("status")).toBe(2);
  await world.clock.advance(1);
  expect(world.fake.count("status")).toBe(3);
  await world.clock.advance(10 * SECOND);
  expect(world.fake.count("status")).toBe(4);
});

test("B13: a poll that is asked to wait for less than until the next one is made at its time", async () => {
  const world = await begin({ policy: { pollMs: 10 * SECOND, retry: noRepeats } });
  world.fake.script("status", { fail: { ...failure.throttled, retryAfterMs: SECOND } });
  await world.clock.advance(20 * SECOND - 1);
  expect(world.fake.count("status")).toBe(2);
  await world.clock.advance(1);
  expect(world.fake.count("status")).toBe(3);
});

test("B18: a phone that is verified already is noticed at the start where it alone is asked for", async () => {
  const { fake, flow } = await beginAtPhone({
    policy: { channels: ["phone"] },
    prepare: (fake) => (fake.service.verified.phone = true),
  });
  expect((await flow.result)._unsafeUnwrap()).toEqual({
    email: null,
    phone: { by: "status", contact: null },
  });
  expect(fake.calls).toHaveLength(1);
});

describe("B18: a refresh", () => {
  test("reads between two polls, and the next poll counts from it", async () => {
    const world = await begin({ policy: { pollMs: 10 * SECOND } });
    await world.clock.advance(5 * SECOND);
    world.flow.refresh();
    await world.clock.advance(9_999);
    expect(world.fake.count("status")).toBe(2);
    await world.clock.advance(1);
    expect(world.fake.count("status")).toBe(3);
  });

  test("is refused as busy while one is under way, and goes on where the flow waits for a retry", async () => {
    const world = await begin({ policy: { retry: noRepeats } });
    world.fake.script("status", { hold: true });
    expect(world.flow.refresh().isOk()).toBe(true);
    expect(world.flow.refresh()._unsafeUnwrapErr()).toEqual({ kind: "busy" });

    const stuck = await begin({
      policy: { retry: noRepeats },
      prepare: (fake) => fake.script("status", { fail: failure.unreachable }),
    });
    expect(stuck.flow.refresh().isOk()).toBe(true);
    await stuck.clock.settle();
    expect(stuck.flow.view().step).toBe("email");
  });

  test("while a number is asked for notices one that is verified elsewhere, and polls too", async () => {
    const world = await beginAtPhone({ policy: { pollMs: 10 * SECOND } });
    world.flow.changePhone();
    world.fake.service.verified.phone = true;
    await world.clock.advance(10 * SECOND);
    expect(world.flow.view().step).toBe("verified");
  });

  test("and a poll notice a phone that is verified with its e-mail proven by code", async () => {
    const world = await begin({ user: { phone: PHONE } });
    world.fake.service.verified.phone = true;
    world.fake.service.verified.email = true;
    world.flow.refresh();
    expect((await world.flow.result)._unsafeUnwrap()).toMatchObject({
      email: { by: "status" },
      phone: { by: "status", contact: null },
    });
    expect(world.fake.count("sendPhoneCode")).toBe(0);
  });
});

describe("B31: a send", () => {
  test("that is under way in a repeat that the person asked for may be out as well", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }, { hold: true }),
    });
    await world.clock.advance(100);
    expect(world.flow.retry().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(2);
    expect(world.flow.record().email?.sendingSince).toBe(world.clock.now());
    // A code typed meanwhile may be one that this attempt kills.
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({
      failure: { kind: "codeSuperseded" },
      code: { attemptsLeft: 5 },
    });
  });

  test("that is under way in a repeat may be out, and is known so after a reload", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }, { hold: true }),
    });
    expect(world.flow.record().email).toBeNull();
    await world.clock.advance(250);
    expect(world.fake.count("sendEmailCode")).toBe(2);
    const again = world.another({ record: world.flow.record() });
    world.flow.suspend();
    again.start();
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(2);
    expect(again.view().code).toMatchObject({ sent: "perhaps", generation: 1 });
  });

  test("that is repeated is dated by its newest attempt, which may be the one that is out", async () => {
    const world = await beginWithOpenSend();
    const began = world.clock.now();
    await world.clock.advance(10 * SECOND);
    await world.answer(failure.serverError);
    await world.clock.advance(SECOND);
    expect(world.sends()).toBe(2);
    // The repeat waited half of 500 ms.
    expect(world.flow.record().email?.sendingSince).toBe(began + 10 * SECOND + 250);
  });
});

describe("B14: timers", () => {
  test("are never longer than a timer can be", async () => {
    const simulated = createSimulatedClock();
    const delays: number[] = [];
    const clock: Clock = {
      now: () => simulated.now(),
      schedule: (wake, delayMs) => {
        delays.push(delayMs);
        return simulated.schedule(wake, delayMs);
      },
    };
    const days = 30 * 24 * HOUR;
    const fake = createFakeApi(EMAIL);
    const flow = createVerification({
      api: fake.api,
      user: { id: 7, email: EMAIL },
      clock,
      policy: { cooldownMs: 0, maxSendsPerWindow: 1, sendWindowMs: days },
    })._unsafeUnwrap();
    flow.start();
    await simulated.settle();
    await simulated.advance(days - 1);
    expect(flow.view().resend?.allowed).toBe(false);
    expect(simulated.pending).toBe(1);
    await simulated.advance(1);
    expect(flow.view().resend?.allowed).toBe(true);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2_147_483_647);
  });

  test("of a very long wait look at the wall clock when they fire", async () => {
    const days = 30 * 24 * HOUR;
    const world = await begin({ policy: { cooldownMs: 0, maxSendsPerWindow: 1, sendWindowMs: days } });
    await world.clock.advance(0);
    sleep(world, days);
    await world.clock.advance(2_147_483_647);
    expect(world.flow.actor.getSnapshot().hasTag("canResend")).toBe(true);
  });

  test("of a clock set forward while one runs end at the next look", async () => {
    const world = await begin();
    await world.clock.advance(30 * SECOND);
    sleep(world, 29_999);
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.actor.getSnapshot().hasTag("coolingDown")).toBe(true);
    sleep(world, 1);
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.actor.getSnapshot().hasTag("canResend")).toBe(true);
    // The code expires one day.
    expect(world.clock.pending).toBe(1);
  });

  test("that were left behind by an answer are gone", async () => {
    const world = await begin();
    await enter(world, world.code("email"));
    expect(world.flow.view().step).toBe("phoneEntry");
    expect(world.clock.pending).toBe(0);
    sleep(world, HOUR);
    expect(world.flow.refresh().isOk()).toBe(true);
  });
});
