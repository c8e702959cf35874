import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, MINUTE, OTHER_PHONE, PHONE, SECOND, type World } from "./flow-world.js";

const noRepeats = { maxRetries: 0 } as const;
const enter = async ({ clock, flow }: World, code: string) => {
  const taken = flow.submitCode(code);
  await clock.settle();
  return taken;
};

const announced = ({ flow }: World) => flow.view().announcement;

describe("B61: what is announced", () => {
  test("follows the flow from the first read to the end", async () => {
    const world = await begin({
      user: { phone: undefined },
      prepare: (fake) => fake.script("status", { hold: true }),
    });
    expect(world.flow.view()).toMatchObject({
      step: "checking",
      awaiting: null,
      channel: null,
      destination: null,
      activities: ["checking"],
      code: null,
      resend: null,
      phoneEntry: null,
      announcement: "checking",
    });
    world.fake.script("sendEmailCode", { hold: true });
    world.fake.release();
    await world.clock.settle();
    expect(announced(world)).toBe("sending");
    expect(world.flow.view()).toMatchObject({
      channel: "email",
      destination: "p•••@example.com",
      activities: ["sending"],
      resend: { allowed: false, blockedBy: "busy", availableAt: null },
    });
    world.fake.release();
    await world.clock.settle();
    expect(announced(world)).toBe("codeSent");
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, world.code("email"));
    expect(announced(world)).toBe("confirming");
    expect(world.flow.view()).toMatchObject({ awaiting: null, code: { canSubmit: false } });
    world.fake.release();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({
      step: "phoneEntry",
      channel: "phone",
      destination: null,
      code: null,
      resend: null,
      phoneEntry: { canSubmit: true, availableAt: null },
      announcement: "phoneWanted",
    });
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    await world.clock.advance(MINUTE);
    world.flow.resend();
    await world.clock.settle();
    expect(announced(world)).toBe("codeReplaced");
    await enter(world, world.code("phone"));
    expect(world.flow.view()).toMatchObject({
      step: "verified",
      awaiting: null,
      channel: null,
      destination: null,
      code: null,
      resend: null,
      phoneEntry: null,
      evidence: { email: { by: "code" }, phone: { by: "code" } },
      announcement: "verified",
    });
  });

  test("is how the flow ended, or what went wrong", async () => {
    const world = await begin();
    await enter(world, "111111");
    expect(announced(world)).toBe("codeRejected");
    world.flow.cancel();
    expect(world.flow.view()).toMatchObject({
      step: "failed",
      awaiting: null,
      channel: null,
      announcement: "cancelled",
    });
  });

  test("is the service's throttling while it locks, and a wrong code even where a code is perhaps sent", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }),
    });
    expect(announced(world)).toBe("codePerhapsSent");
    await enter(world, "111111");
    expect(announced(world)).toBe("codeRejected");
    world.fake.script("confirmEmail", { fail: failure.throttled });
    await enter(world, "222222");
    expect(announced(world)).toBe("throttled");
  });

  test.each([
    ["unauthorized", [failure.unauthorized, failure.unauthorized]],
    ["throttled", [failure.throttled]],
    ["unreachable", [failure.unreachable]],
  ] as const)(
    "is what went wrong with a later send (%s), though the code before it is perhaps out",
    async (kind, failures) => {
      const world = await begin({
        policy: { retry: noRepeats },
        prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }),
      });
      expect(announced(world)).toBe("codePerhapsSent");
      await world.clock.advance(MINUTE);
      world.fake.script("sendEmailCode", ...failures.map((fail) => ({ fail })));
      world.flow.resend();
      await world.clock.settle();
      expect(world.flow.view()).toMatchObject({ announcement: kind, code: { sent: "perhaps" } });
    },
  );

  test("is the throttling that a number waits for, though a code to the one before is perhaps out", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { fail: failure.throttled });
    world.flow.resend();
    await world.clock.settle();
    world.flow.changePhone();
    expect(world.flow.view()).toMatchObject({ announcement: "throttled", phoneEntry: { canSubmit: false } });
  });

  test("is what is known after a reload, which shows no old failure", async () => {
    const cut = await begin({ prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }) });
    const again = cut.another({ record: cut.flow.record() });
    again.start();
    await cut.clock.settle();
    expect(again.view()).toMatchObject({
      announcement: "codePerhapsSent",
      code: { sent: "perhaps" },
      failure: null,
    });

    const none = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.throttled }),
    });
    const later = none.another({ record: none.flow.record() });
    later.start();
    await none.clock.settle();
    expect(later.view()).toMatchObject({ announcement: "noCodeSent", code: { sent: "no" }, failure: null });
  });
});

describe("the code that is out", () => {
  test("is said to have expired when its time is over, until the next one is sent (B61)", async () => {
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

  test("B17: is none while a new number was not sent to, whatever went to the old one", async () => {
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

  test("B17, B62: is not said to be on its way to a number that was sent none", async () => {
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

  test("counts what is left down to none, even under a stricter policy than before", async () => {
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

describe("B14: a repeat that is planned", () => {
  test("is told with its time until it begins", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }, { hold: true }),
    });
    expect(world.flow.view()).toMatchObject({
      nextAttemptAt: world.clock.now() + 250,
      announcement: "retrying",
      canRetry: true,
      activities: ["sending", "retrying"],
    });
    await world.clock.advance(250);
    expect(world.flow.view()).toMatchObject({
      nextAttemptAt: null,
      activities: ["sending"],
      canRetry: false,
    });
  });

  test("is the earliest of several; activities come with the most telling first", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    const at = world.clock.now() + 250;
    await world.clock.advance(100);
    world.fake.script("status", { fail: failure.unreachable });
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({
      nextAttemptAt: at,
      activities: ["sending", "retrying", "checking"],
    });
  });

  test("of a read is made at its own time, whatever the other read waits for", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.noAnswer });
    world.fake.script("status", { fail: failure.unreachable });
    await enter(world, world.code("email"));
    expect(world.flow.view().activities).toEqual(["reconciling", "retrying"]);
    await world.clock.advance(249);
    expect(world.fake.count("status")).toBe(2);
    await world.clock.advance(1);
    expect(world.fake.count("status")).toBe(3);
    expect(world.flow.view().step).toBe("phoneEntry");
  });
});

describe("a retry", () => {
  test("B7: is offered only while nothing bars the send", async () => {
    const world = await begin({ policy: { retry: noRepeats, maxAttempts: 1 } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().canRetry).toBe(true);
    await enter(world, "111111");
    const until = world.clock.now() + 15 * MINUTE;
    expect(world.flow.view().canRetry).toBe(false);
    expect(world.flow.retry()._unsafeUnwrapErr()).toEqual({ kind: "lock", until, by: "attempts" });
    expect(world.fake.count("sendEmailCode")).toBe(2);
  });

  test("B17: after a number that was not sent to sends to it, and confirms nothing", async () => {
    const world = await beginAtPhone({ policy: { retry: noRepeats } });
    await world.clock.advance(MINUTE);
    world.fake.script("confirmPhone", { fail: failure.unreachable });
    await enter(world, world.code("phone"));
    expect(world.flow.retry().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.view().step).toBe("verified");
  });
});

describe("what is refused is refused with the right words", () => {
  test("B16: by step", async () => {
    const checking = await begin({ prepare: (fake) => fake.script("status", { hold: true }) });
    for (const answer of [
      checking.flow.submitCode("123456"),
      checking.flow.resend(),
      checking.flow.submitPhone(PHONE),
    ])
      expect(answer._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(checking.flow.refresh()._unsafeUnwrapErr()).toEqual({ kind: "busy" });

    const asking = await beginAtPhone({ user: { phone: undefined } });
    expect(asking.flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(asking.flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(asking.flow.view().canChangePhone).toBe(false);
    expect(asking.flow.changePhone()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });

    const changing = await beginAtPhone();
    changing.flow.changePhone();
    expect(changing.flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(changing.flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });

    const email = await begin();
    expect(email.flow.view().canChangePhone).toBe(false);
    email.flow.cancel();
    expect(email.flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect(email.flow.cancel()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
  });

  test("B17: a number that is being proven, or that has to wait", async () => {
    const { clock, flow } = await beginAtPhone();
    expect(flow.view().canChangePhone).toBe(true);
    expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "samePhone" });
    expect(flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toEqual({
      kind: "cooldown",
      until: clock.now() + MINUTE,
    });
    await clock.advance(MINUTE);
    expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "samePhone" });
  });

  test("B3: before the start and after the end, whatever the input is", async () => {
    const world = await begin();
    const fresh = world.another();
    expect(fresh.submitCode("nonsense")._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    expect(fresh.submitPhone("nonsense")._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    expect(fresh.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    expect(fresh.resend()._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    fresh.suspend();
    fresh.suspend();
    expect(fresh.start()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect(fresh.resend()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect((await fresh.result)._unsafeUnwrapErr()).toEqual({ kind: "suspended" });
    expect(world.flow.start().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.fake.count("status")).toBe(1);
  });

  test("B3: of two that are given in the middle of a transition, the second; what comes later is taken", async () => {
    const world = await begin();
    const answers: string[] = [];
    world.flow.actor.subscribe(() => {
      if (answers.length > 0 || world.flow.view().step !== "phoneEntry") return;
      for (const number of [PHONE, OTHER_PHONE])
        answers.push(world.flow.submitPhone(number).match(String, ({ kind }) => kind));
    });
    await enter(world, world.code("email"));
    expect(answers).toEqual(["taken", "busy"]);
    await enter(world, world.code("phone"));
    expect(world.flow.view()).toMatchObject({
      step: "verified",
      evidence: { phone: { contact: "+359 •• ••• ••56" } },
    });
  });

  test("B3: listeners are told from a microtask of their own, until they unsubscribe", async () => {
    const world = await begin();
    let told = 0;
    const unsubscribe = world.flow.subscribe(() => {
      told += 1;
    });
    world.flow.submitCode("111111");
    expect(told).toBe(0);
    await Promise.resolve();
    const before = told;
    expect(before).toBeGreaterThan(0);
    world.flow.refresh();
    unsubscribe();
    await world.clock.settle();
    expect(told).toBe(before);
  });
});

describe("B62: a failure that is shown", () => {
  test("about one thing goes when that thing is tried anew; one about another thing stays", async () => {
    const world = await begin({ policy: { retry: noRepeats } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, "111111");
    expect(world.flow.view().failure).toMatchObject({ kind: "unreachable", about: "send" });
    world.fake.release();
    await world.clock.settle();
    expect(world.flow.view().failure).toMatchObject({ kind: "codeRejected", about: "code" });
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().failure).toBeNull();
  });

  test("about a code goes when the next one is typed, and about the status when it was read", async () => {
    const world = await begin({ policy: { retry: noRepeats } });
    await enter(world, "111111");
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, "222222");
    expect(world.flow.view().failure).toBeNull();
    world.fake.release();
    await world.clock.settle();
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.view().failure).toMatchObject({ kind: "codeRejected" });
  });

  test("about a send without an answer goes when the next one is accepted, with what came between", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }),
    });
    await world.clock.advance(MINUTE);
    world.fake.script("status", { fail: failure.unauthorized });
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.view().failure).toMatchObject({ kind: "unauthorized", about: "status" });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().failure).toBeNull();
  });

  test("about a send, a code or a number outlasts a read for news that fails, and the next that doesn't", async () => {
    const [lost, none] = [{ fail: failure.unreachable }, { fail: failure.invalidRequest }];
    const readTwice = async ({ clock, fake, flow }: World) => {
      fake.script("status", lost);
      for (let read = 1; read <= 2; read += 1) {
        flow.refresh();
        await clock.settle();
      }
      return flow.view();
    };
    const send = await beginAtPhone({ policy: { retry: noRepeats } });
    await send.clock.advance(MINUTE);
    send.fake.script("sendPhoneCode", none);
    send.flow.submitPhone(OTHER_PHONE);
    await send.clock.settle();
    expect(await readTwice(send)).toMatchObject({
      failure: { kind: "invalidRequest", about: "send" },
      canRetry: true,
    });

    const code = await begin({ policy: { retry: noRepeats } });
    await enter(code, "111111");
    expect(await readTwice(code)).toMatchObject({ failure: { kind: "codeRejected", about: "code" } });

    const number = await beginAtPhone({
      policy: { retry: noRepeats },
      prepare: (fake) => {
        fake.script("sendPhoneCode", { fail: failure.contactRefused });
        // The second is made once the number was refused.
        fake.script("status", { pass: true }, lost);
      },
    });
    expect(number.flow.view().failure).toMatchObject({ kind: "contactRefused", about: "phone" });
  });

  test("B11: about a read that was stopped by a second 401 is told, whatever else was", async () => {
    const world = await begin();
    await enter(world, "111111");
    world.fake.script("status", { fail: failure.unauthorized }, { fail: failure.unauthorized });
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.view().failure).toMatchObject({ kind: "unauthorized", about: "status" });
  });

  test("B13: of a throttled send is gone when its time is over", async () => {
    const throttled = { fail: { ...failure.throttled, retryAfterMs: MINUTE } };
    const world = await begin({ prepare: (fake) => fake.script("sendEmailCode", throttled) });
    await world.clock.advance(MINUTE);
    expect(world.flow.view()).toMatchObject({
      failure: null,
      announcement: "noCodeSent",
      resend: { allowed: true },
    });

    const phone = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", throttled) });
    phone.flow.changePhone();
    await phone.clock.advance(MINUTE);
    expect(phone.flow.view()).toMatchObject({
      failure: null,
      announcement: "phoneWanted",
      phoneEntry: { canSubmit: true, availableAt: null },
    });
  });

  test("B13: of throttled codes is gone when nothing bars a number any more", async () => {
    for (const unlockOnResend of [false, true]) {
      const world = await beginAtPhone({ policy: { unlockOnResend } });
      await world.clock.advance(MINUTE);
      world.fake.script("confirmPhone", { fail: failure.throttled });
      await enter(world, "111111");
      world.flow.changePhone();
      await world.clock.advance(unlockOnResend ? 0 : MINUTE);
      expect(world.flow.view()).toMatchObject({
        failure: null,
        announcement: "phoneWanted",
        phoneEntry: { canSubmit: true },
      });
    }
  });

  test("B13: of the service's own lock stays while it lasts, though a cooldown is over before", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: { ...failure.throttled, retryAfterMs: 5 * MINUTE } });
    await enter(world, "111111");
    await world.clock.advance(MINUTE);
    expect(world.flow.view()).toMatchObject({ failure: { kind: "throttled", about: "code" } });
  });

  test("is gone once the contact is proven", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.noAnswer });
    world.flow.resend();
    await world.clock.settle();
    await enter(world, world.code("email"));
    expect(world.flow.view()).toMatchObject({
      step: "phoneEntry",
      failure: null,
      announcement: "phoneWanted",
    });
  });

  test("of the service's own lock is gone when the lock is over", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.throttled });
    await enter(world, "123456");
    await world.clock.advance(MINUTE);
    expect(world.flow.view()).toMatchObject({ failure: null, announcement: "codeSent" });
  });
});

describe("what is asked for", () => {
  test("is a retry, and not a code, when none is out and none was sent to the number", async () => {
    const world = await beginAtPhone({
      policy: { retry: { maxRetries: 0 } },
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.unreachable }),
    });
    expect(world.flow.view()).toMatchObject({
      awaiting: "retry",
      canRetry: true,
      code: { canSubmit: false },
    });
  });
});

test("B16: a flow that was stopped asks for nothing, and offers nothing", async () => {
  const world = await begin();
  await world.clock.advance(2 * MINUTE);
  expect(world.flow.view()).toMatchObject({ awaiting: "code", resend: { allowed: true } });
  world.flow.suspend();
  expect(world.flow.view()).toMatchObject({
    step: "email",
    awaiting: null,
    activities: [],
    code: { canSubmit: false },
    resend: { allowed: false },
    canChangePhone: false,
  });
});

test("B14: the next repeat is the one that is waited for, not one that has begun", async () => {
  const world = await begin({
    prepare: (fake) => fake.script("sendEmailCode", { fail: failure.serverError }, { hold: true }),
  });
  await world.clock.advance(SECOND);
  world.fake.script("status", { fail: failure.serverError });
  world.flow.refresh();
  await world.clock.settle();
  expect(world.flow.view()).toMatchObject({
    activities: expect.arrayContaining(["sending", "retrying"]),
    nextAttemptAt: world.clock.now() + 250,
  });
});

test("B8: a lock that is over has forgiven its codes before any timer says so", async () => {
  const world = await begin({ policy: { maxAttempts: 1 } });
  await enter(world, "000000");
  expect(world.flow.view()).toMatchObject({ lock: { by: "attempts" }, code: { attemptsLeft: 0 } });
  world.clock.setTime(world.clock.now() + 20 * MINUTE);
  expect(world.flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 1 } });
});

test("the first read has the tags that a client waits for, until it asks for another try", async () => {
  const { unauthorized } = failure;
  const world = await begin({
    prepare: (fake) => fake.script("status", { hold: true }, { fail: unauthorized }, { fail: unauthorized }),
  });
  const tags = () => Array.from(world.flow.actor.getSnapshot().tags).sort();
  expect(tags()).toEqual(["busy", "checking"]);
  world.flow.suspend();
  const tried = world.another();
  tried.start();
  await world.clock.settle();
  expect(Array.from(tried.actor.getSnapshot().tags)).toEqual(["canRetry"]);
});
