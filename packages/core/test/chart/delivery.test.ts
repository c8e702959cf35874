import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, MINUTE, SECOND, enter, beginWithOpenSend } from "../flow-world.js";

describe("B31: a send", () => {
  test("may have gone out when the user's own retry is in flight", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }, { hold: true }),
    });
    await world.clock.advance(100);
    expect(world.flow.retry().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(2);
    expect(world.flow.record().email?.sendingSince).toBe(world.clock.now());
    // This attempt may replace a code that the user types before the answer.
    await enter(world, "111111");
    expect(world.flow.view()).toMatchObject({
      failure: { kind: "codeSuperseded" },
      code: { attemptsLeft: 5 },
    });
  });

  test("may have gone out when a repeat is in flight, also after a reload", async () => {
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

  test("is dated by its newest attempt, which may be the one that went out", async () => {
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

describe("a send", () => {
  test("B1: without an answer is not repeated, opens the entry, and allows a resend after the cooldown", async () => {
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

  test("B14: that certainly did not go out is repeated with growing waits, and costs no cooldown", async () => {
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

  test("B9: ends it also when the service called the code malformed", async () => {
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

  test("B9: that goes out before the verdict on an older code makes that code superseded", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.unreachable }),
    });
    // A read follows the accepted send (B6), and the verdict waits for it.
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

  test("B1: is repeated after a 5xx, as the API documents; after the last repeat it may have gone out", async () => {
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

  test("B1: may have gone out after a 5xx, even if the last attempt was not sent", async () => {
    const { clock, flow } = await begin({
      policy: { retry: { maxRetries: 1 } },
      prepare: (fake) =>
        fake.script("sendEmailCode", { fail: failure.serverError }, { fail: failure.unreachable }),
    });
    await clock.advance(5 * SECOND);
    expect(flow.view()).toMatchObject({ code: { sent: "perhaps" }, resend: { blockedBy: "cooldown" } });
  });

  test('B1: with retrySends "never" is not repeated after a 5xx', async () => {
    const { clock, fake, flow } = await begin({
      policy: { retrySends: "never" },
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.serverError }),
    });
    await clock.advance(MINUTE);
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(flow.view().code?.sent).toBe("perhaps");
  });

  test("B3: requested many times in one tick is made once", async () => {
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

  test("B16: to an e-mail address that the service refuses ends the flow, because no code can arrive", async () => {
    const { flow } = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.contactRefused }),
    });
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "emailRefused", traceId: null });
  });

  test("B16: as a resend that is refused leaves the current code valid", async () => {
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
