import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, SECOND, enter } from "../flow-world.js";

describe("B2: an unclear confirm", () => {
  for (const lost of [failure.noAnswer, failure.serverError, failure.protocol]) {
    test(`(${lost.kind}) that the service accepted reads the status and verifies the user`, async () => {
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

  test("that was not accepted tries the same code once more, with the same key", async () => {
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

  test("counts as an attempt only after a clear 400", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("confirmEmail", { fail: failure.noAnswer }),
    });
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({ failure: { kind: "codeRejected" }, code: { attemptsLeft: 4 } });
  });

  test("that happens twice in a row costs no attempt, and the flow waits for the user", async () => {
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

  test("waits for the user without a verdict when the status can't be read either", async () => {
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

  test("doesn't call a code wrong when the service answers 400 because the user is verified elsewhere", async () => {
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
  test("B3: requested many times in one tick is made once", async () => {
    const world = await begin();
    const answers = Array.from({ length: 4 }, () => world.flow.submitCode(world.code("email")));
    await world.clock.settle();
    expect(answers.map((answer) => answer.isOk())).toEqual([true, false, false, false]);
    expect(answers[3]?._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    expect(world.fake.count("confirmEmail")).toBe(1);
  });

  test("B14: that was not sent is repeated automatically, then by the user", async () => {
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

  test("B14: is repeated at once by retry() during the wait", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.unreachable });
    await enter(world, world.code("email"));
    expect(world.flow.retry().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B10: of a refused code is answered with the state of the entry when no code is accepted", async () => {
    const world = await beginAtPhone();
    await enter(world, "111111");
    world.flow.changePhone();
    expect((await enter(world, "111111"))._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    world.flow.cancel();
    expect((await enter(world, "111111"))._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect(world.fake.count("confirmPhone")).toBe(1);
  });

  test("B10: of a refused code is refused locally, until a newer one is sent", async () => {
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

  test("B60: accepts codes as users paste them, and refuses other text", async () => {
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

  test("of a code that the service calls malformed costs no attempt", async () => {
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

  test("and is replaced by it costs no attempt, and is not called wrong", async () => {
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

  test("costs an attempt while the send certainly hasn't gone out", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({ failure: { kind: "codeRejected" }, code: { attemptsLeft: 4 } });
  });

  test("and confirmed during a repeat of the send costs no attempt either", async () => {
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
