import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, SECOND, type World } from "./flow-world.js";

const enter = async ({ clock, flow }: World, code: string) => {
  const taken = flow.submitCode(code);
  await clock.settle();
  return taken;
};

describe("B2: an unclear confirm", () => {
  for (const lost of [failure.noAnswer, failure.serverError, failure.protocol]) {
    test(`(${lost.kind}) that was accepted: the status is read, and the person is verified`, async () => {
      const world = await begin({
        prepare: (fake) => fake.script("confirmEmail", { actThenFail: lost }),
      });
      await enter(world, world.code("email"));
      expect(world.fake.calls.map((call) => call.operation)).toEqual([
        "status",
        "sendEmailCode",
        "confirmEmail",
        "status",
      ]);
      expect(world.flow.view()).toMatchObject({ step: "phoneEntry", failure: null });
    });
  }

  test("that was not accepted: the same code is tried once more, with the same key", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("confirmEmail", { fail: failure.noAnswer }),
    });
    await enter(world, world.code("email"));
    expect(world.flow.view().step).toBe("phoneEntry");
    const confirms = world.fake.calls.filter((call) => call.operation === "confirmEmail");
    expect(confirms.map((call) => call.idempotencyKey)).toEqual([
      "flow/email/confirm/1",
      "flow/email/confirm/1",
    ]);
  });

  test("only a clear 400 after that counts as an attempt", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("confirmEmail", { fail: failure.noAnswer }),
    });
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({ failure: { kind: "codeRejected" }, code: { attemptsLeft: 4 } });
  });

  test("twice in a row: the flow waits for the person, and costs no attempt", async () => {
    const world = await begin({
      prepare: (fake) =>
        fake.script("confirmEmail", { fail: failure.noAnswer }, { actThenFail: failure.noAnswer }),
    });
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({
      canRetry: true,
      awaiting: "code",
      failure: { kind: "noAnswer", about: "code" },
      code: { attemptsLeft: 5 },
    });
    world.flow.retry();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ failure: { kind: "codeRejected" }, code: { attemptsLeft: 4 } });
  });

  test("whose status can't be read either waits for the person, with no verdict", async () => {
    const world = await begin({ policy: { retry: { maxRetries: 0 } } });
    world.fake.script("confirmEmail", { actThenFail: failure.noAnswer });
    world.fake.script("status", { fail: failure.unreachable });
    await enter(world, world.code("email"));
    expect(world.flow.view()).toMatchObject({
      canRetry: true,
      failure: { kind: "unreachable", about: "status" },
    });
    world.flow.retry();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("a clear 400 of a person who is verified elsewhere is no wrong code", async () => {
    const world = await begin();
    world.fake.service.verified.email = true;
    world.fake.service.codes.email = null;
    const seen: Array<string | undefined> = [];
    world.flow.subscribe((view) => seen.push(view.failure?.kind));
    await enter(world, "123456");
    expect(world.flow.view().step).toBe("phoneEntry");
    expect(seen).not.toContain("codeRejected");
  });
});

describe("a confirm", () => {
  test("B3: asked for many times in one tick is made once", async () => {
    const world = await begin();
    const answers = Array.from({ length: 4 }, () => world.flow.submitCode(world.code("email")));
    await world.clock.settle();
    expect(answers.map((answer) => answer.isOk())).toEqual([true, false, false, false]);
    expect(answers[3]?._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    expect(world.fake.count("confirmEmail")).toBe(1);
  });

  test("B14: that never left is repeated by itself, then by the person", async () => {
    const world = await begin({ policy: { retry: { maxRetries: 1 } } });
    world.fake.script("confirmEmail", { fail: failure.unreachable }, { fail: failure.unreachable });
    await enter(world, world.code("email"));
    expect(world.flow.view().activities).toEqual(["confirming", "retrying"]);
    await world.clock.advance(SECOND);
    expect(world.flow.view()).toMatchObject({ canRetry: true, failure: { kind: "unreachable" } });
    world.flow.retry();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B14: retry() while a repeat is waited for makes it at once", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.unreachable });
    await enter(world, world.code("email"));
    expect(world.flow.retry().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B10: a code that was refused before is none to tell of where no code is taken", async () => {
    const world = await beginAtPhone();
    await enter(world, "111111");
    world.flow.changePhone();
    expect((await enter(world, "111111"))._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    world.flow.cancel();
    expect((await enter(world, "111111"))._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect(world.fake.count("confirmPhone")).toBe(1);
  });

  test("B10: a code that was refused is refused locally, until a newer one is sent", async () => {
    const world = await begin();
    await enter(world, "111111");
    expect((await enter(world, "111 111"))._unsafeUnwrapErr()).toEqual({ kind: "codeAlreadyRefused" });
    expect(world.fake.count("confirmEmail")).toBe(1);
    await world.clock.advance(MINUTE);
    world.flow.resend();
    await world.clock.settle();
    expect((await enter(world, "111111")).isOk()).toBe(true);
    expect(world.fake.count("confirmEmail")).toBe(2);
  });

  test("B60: is given codes as people paste them, and refuses what is no code", async () => {
    const world = await begin();
    for (const input of ["", "12345", "1234567", "abcdef", "12 34 5", "1".repeat(10_000)]) {
      expect(world.flow.submitCode(input)._unsafeUnwrapErr()).toEqual({
        kind: "codeFormat",
        length: 6,
        characters: "digits",
      });
    }
    const code = world.code("email");
    expect((await enter(world, ` ${code.slice(0, 3)} ${code.slice(3)}\n`)).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B27: keeps leading zeros", async () => {
    const world = await begin();
    world.fake.service.codes.email = "000042";
    await enter(world, "000042");
    expect(world.fake.calls.at(-1)?.argument).toBe("000042");
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("of what the service takes for no code costs no attempt", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.codeMalformed });
    await enter(world, "123456");
    expect(world.flow.view()).toMatchObject({
      awaiting: "code",
      failure: { kind: "codeMalformed" },
      code: { attemptsLeft: 5 },
    });
  });
});

describe("B8: wrong codes", () => {
  const wrong = async (world: World, count: number) => {
    for (let nth = 0; nth < count; nth += 1) await enter(world, String(900_000 + world.fake.calls.length));
  };

  test("the last of which is given again is answered by the lock: nothing can be typed, right or wrong", async () => {
    const world = await begin({ policy: { maxAttempts: 1, lockMs: 5 * MINUTE } });
    await enter(world, "111111");
    const until = world.clock.now() + 5 * MINUTE;
    const again = await enter(world, "111111");
    expect(again._unsafeUnwrapErr()).toEqual({ kind: "lock", until, by: "attempts" });
    await world.clock.advance(5 * MINUTE);
    expect((await enter(world, "111111"))._unsafeUnwrapErr()).toEqual({ kind: "codeAlreadyRefused" });
  });

  test("are counted over resends", async () => {
    const world = await begin();
    await wrong(world, 2);
    await world.clock.advance(MINUTE);
    world.flow.resend();
    await world.clock.settle();
    await wrong(world, 1);
    expect(world.flow.view().code?.attemptsLeft).toBe(2);
  });

  test("lock the entry at the limit, and open it with a fresh count when the time has passed", async () => {
    const world = await begin();
    await wrong(world, 5);
    const until = world.clock.now() + 15 * MINUTE;
    expect(world.flow.view()).toMatchObject({
      lock: { until, by: "attempts" },
      awaiting: null,
      code: { canSubmit: false, attemptsLeft: 0 },
      announcement: "lock",
      // The lock doesn't hide when the next code can be asked for.
      resend: { allowed: false, availableAt: until, blockedBy: "lock" },
    });
    expect(world.flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({
      kind: "lock",
      until,
      by: "attempts",
    });
    await world.clock.advance(MINUTE);
    expect(world.flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "lock", until, by: "attempts" });
    await world.clock.advance(14 * MINUTE - 1);
    expect(world.flow.view().lock).not.toBeNull();
    await world.clock.advance(1);
    expect(world.flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 5 } });
    expect(world.flow.resend().isOk()).toBe(true);
  });

  test("the lock survives a reload", async () => {
    const world = await begin();
    await wrong(world, 5);
    const record = world.flow.record();
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(again.view().lock?.until).toBe(world.clock.now() + 15 * MINUTE);
    expect(again.submitCode("123456").isErr()).toBe(true);
  });

  test("stop the repeats of a send that is waiting: a code that can't be typed is not sent", async () => {
    const world = await begin({ policy: { maxAttempts: 1 } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    await wrong(world, 1);
    await world.clock.advance(10 * MINUTE);
    expect(world.fake.count("sendEmailCode")).toBe(2);
  });

  test("with unlockOnResend a resend is offered while locked, and opens the entry", async () => {
    const world = await begin({ policy: { unlockOnResend: true } });
    await wrong(world, 5);
    await world.clock.advance(MINUTE);
    expect(world.flow.view().resend?.allowed).toBe(true);
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 5 } });
  });

  test("with unlockOnResend a resend that never left opens nothing", async () => {
    const world = await begin({ policy: { unlockOnResend: true, retry: { maxRetries: 0 } } });
    await wrong(world, 5);
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().lock).not.toBeNull();
  });

  test("B13: the service's own throttling of codes locks until its time, and forgives nothing", async () => {
    const world = await begin();
    await wrong(world, 2);
    world.fake.script("confirmEmail", {
      fail: { kind: "throttled", retryAfterMs: 90_000, traceId: null, origin: "service" },
    });
    await enter(world, "123456");
    expect(world.flow.view()).toMatchObject({
      lock: { until: world.clock.now() + 90_000, by: "service" },
      failure: { kind: "throttled", about: "code" },
    });
    await world.clock.advance(90_000);
    expect(world.flow.view()).toMatchObject({ lock: null, code: { attemptsLeft: 3 }, failure: null });
  });

  test("are counted apart for each channel", async () => {
    const world = await begin();
    await wrong(world, 4);
    await enter(world, world.code("email"));
    world.flow.submitPhone("+359888123456");
    await world.clock.settle();
    expect(world.flow.view().code?.attemptsLeft).toBe(5);
  });
});

describe("B4: a code that is typed while another one is being sent", () => {
  const typeAmidResend = async () => {
    const world = await begin({ policy: { maxAttempts: 1 } });
    const oldCode = world.code("email");
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    await enter(world, oldCode);
    return world;
  };

  test("and is dead by then costs no attempt, and is not called wrong", async () => {
    const world = await typeAmidResend();
    expect(world.flow.view()).toMatchObject({
      failure: { kind: "codeSuperseded" },
      code: { attemptsLeft: 1 },
      lock: null,
    });
    world.fake.release();
    await world.clock.settle();
    await enter(world, world.code("email"));
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("and is the new one verifies", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    await world.clock.settle();
    await enter(world, world.code("email"));
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("is counted as ever while the send surely hasn't left", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({ failure: { kind: "codeRejected" }, code: { attemptsLeft: 4 } });
  });

  test("and confirmed while the send is repeated, is not counted either", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable }, { hold: true });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, "111111");
    await world.clock.advance(SECOND);
    expect(world.fake.count("sendEmailCode")).toBe(3);
    world.fake.release();
    await world.clock.settle();
    expect(world.flow.view().code?.attemptsLeft).toBe(5);
  });
});

describe("B11: a call that no token gets through", () => {
  test("stops and says so; the user goes on after signing in", async () => {
    const world = await beginAtPhone();
    world.fake.script("confirmPhone", { fail: failure.unauthorized });
    await enter(world, world.code("phone"));
    expect(world.fake.count("confirmPhone")).toBe(1);
    expect(world.flow.view()).toMatchObject({ canRetry: true, failure: { kind: "unauthorized" } });
    world.flow.retry();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("verified");
  });

  test("stops a send and a read in the same way", async () => {
    const send = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unauthorized }),
    });
    expect(send.flow.view()).toMatchObject({
      canRetry: true,
      failure: { kind: "unauthorized", about: "send" },
      code: { generation: 0 },
    });
    const read = await begin({
      prepare: (fake) => fake.script("status", { fail: failure.unauthorized }),
    });
    expect(read.flow.view()).toMatchObject({
      step: "checking",
      awaiting: "retry",
      failure: { kind: "unauthorized" },
    });
    read.flow.retry();
    await read.clock.settle();
    expect(read.flow.view().step).toBe("email");
  });
});
