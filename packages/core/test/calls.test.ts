import { describe, expect, test } from "vitest";
import { err, ResultAsync, type Result } from "neverthrow";
import { createVerification, mayHaveBeenProcessed, type ApiFailure } from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, MINUTE, PHONE, SECOND, type World } from "./flow-world.js";

const notFound: ApiFailure = {
  kind: "protocol",
  problem: "unexpectedStatus",
  status: 404,
  traceId: null,
  origin: "client",
};
const once = { retry: { maxRetries: 1 } } as const;
const never = { retry: { maxRetries: 0 } } as const;

const enter = async ({ clock, flow }: World, code: string) => {
  const taken = flow.submitCode(code);
  await clock.settle();
  return taken;
};

describe("a read of the status", () => {
  const passing = [
    "unreachable",
    "tokenUnavailable",
    "noAnswer",
    "serverError",
    "protocol",
    "throttled",
  ] as const;
  test.each(passing)("B14: is repeated after %s", async (kind) => {
    const { clock, fake, flow } = await begin({
      policy: once,
      prepare: (fake) => fake.script("status", { fail: failure[kind] }),
    });
    expect(fake.count("status")).toBe(1);
    await clock.advance(SECOND);
    expect(fake.count("status")).toBe(2);
    expect(flow.view().step).toBe("email");
  });

  const lasting = [
    "codeRejected",
    "codeMalformed",
    "codeSpent",
    "contactRefused",
    "contactNeeded",
    "invalidRequest",
  ] as const;
  test.each(lasting)("B14: is not repeated after %s, which no repeat can cure", async (kind) => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) => fake.script("status", { fail: failure[kind] }),
    });
    await clock.advance(MINUTE);
    expect(fake.count("status")).toBe(1);
    expect(flow.view()).toMatchObject({ awaiting: "retry", failure: { kind, about: "status" } });
  });

  test("B13: a throttled read waits an hour at most, whatever the service asks", async () => {
    const { clock, fake } = await begin({
      policy: { retry: { totalMs: 10 * 60 * MINUTE } },
      prepare: (fake) =>
        fake.script("status", {
          fail: { kind: "throttled", retryAfterMs: 1e12, traceId: null, origin: "service" },
        }),
    });
    await clock.advance(60 * MINUTE - 1);
    expect(fake.count("status")).toBe(1);
    await clock.advance(1);
    expect(fake.count("status")).toBe(2);
  });

  test("B13: a throttled read waits no shorter than its backoff", async () => {
    const { clock, fake } = await begin({
      prepare: (fake) =>
        fake.script("status", {
          fail: { kind: "throttled", retryAfterMs: 10, traceId: null, origin: "service" },
        }),
    });
    await clock.advance(249);
    expect(fake.count("status")).toBe(1);
    await clock.advance(1);
    expect(fake.count("status")).toBe(2);
  });

  test("B14: the repeats of one read share a key, and the next read has another", async () => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) => fake.script("status", { fail: failure.unreachable }),
    });
    await clock.advance(SECOND);
    flow.refresh();
    await clock.settle();
    expect(
      fake.calls.filter((call) => call.operation === "status").map((call) => call.idempotencyKey),
    ).toEqual(["flow/status/1", "flow/status/1", "flow/status/2"]);
  });

  test("B14: a read has its repeats anew, however many the one before has used", async () => {
    const { clock, fake, flow } = await begin({ policy: once });
    const fails = { fail: failure.unreachable };
    fake.script("status", fails, fails, fails, { pass: true });
    flow.refresh();
    await clock.advance(SECOND);
    expect(flow.view().failure?.kind).toBe("unreachable");
    flow.refresh();
    await clock.advance(SECOND);
    expect(flow.view().failure).toBeNull();
    expect(fake.count("status")).toBe(5);
  });
});

describe("a send", () => {
  test.each([failure.unreachable, failure.tokenUnavailable, notFound])(
    "is retried after $kind, which passes, and costs no cooldown when the retries are spent (B14, B7, B12)",
    async (fail) => {
      const { clock, fake, flow } = await begin({
        policy: once,
        prepare: (fake) => fake.script("sendEmailCode", { fail }, { fail }),
      });
      await clock.advance(SECOND);
      expect(fake.count("sendEmailCode")).toBe(2);
      expect(flow.view()).toMatchObject({
        canRetry: true,
        failure: { kind: fail.kind, about: "send" },
        code: { generation: 0, sent: "no" },
        resend: { allowed: true, sendsLeft: 5 },
      });
    },
  );

  test.each([failure.codeRejected, failure.codeMalformed, failure.invalidRequest])(
    "B7: that the service surely did not act on ($kind) costs no cooldown and is not repeated",
    async (answer) => {
      const { clock, fake, flow } = await begin({
        prepare: (fake) => fake.script("sendEmailCode", { fail: answer }),
      });
      await clock.advance(30 * SECOND);
      expect(fake.count("sendEmailCode")).toBe(1);
      expect(flow.view()).toMatchObject({
        canRetry: true,
        failure: { kind: answer.kind, about: "send" },
        code: { generation: 0, sent: "no" },
        resend: { allowed: true, sendsLeft: 5 },
      });
    },
  );

  test("B13: throttled at the first send, nothing went out, and the service's time is waited for", async () => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) =>
        fake.script("sendEmailCode", {
          fail: { kind: "throttled", retryAfterMs: 90_000, traceId: null, origin: "service" },
        }),
    });
    expect(flow.view()).toMatchObject({
      code: { generation: 0, sent: "no", sentAt: null },
      resend: { blockedBy: "cooldown", availableAt: clock.now() + 90_000, sendsLeft: 5 },
    });
    await clock.advance(90_000);
    expect(flow.resend().isOk()).toBe(true);
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(2);
  });

  test("B1: throttled after a 5xx, the 5xx may have gone out; the service's time is waited for", async () => {
    const { clock, flow } = await begin({
      prepare: (fake) =>
        fake.script(
          "sendEmailCode",
          { fail: failure.serverError },
          { fail: { kind: "throttled", retryAfterMs: 90_000, traceId: null, origin: "service" } },
        ),
    });
    await clock.advance(250);
    expect(flow.view()).toMatchObject({
      code: { generation: 1, sent: "perhaps" },
      resend: { availableAt: clock.now() + 90_000, sendsLeft: 4 },
    });
  });

  test("B1: a 5xx is remembered over later repeats that never left", async () => {
    const { clock, flow } = await begin({
      policy: { retry: { maxRetries: 2 } },
      prepare: (fake) =>
        fake.script(
          "sendEmailCode",
          { fail: failure.serverError },
          { fail: failure.unreachable },
          { fail: failure.unreachable },
        ),
    });
    await clock.advance(5 * SECOND);
    expect(flow.view()).toMatchObject({ code: { sent: "perhaps", generation: 1 }, canRetry: false });
  });

  test("B11: a 401 after a 5xx: the 5xx may have gone out", async () => {
    const { clock, flow } = await begin({
      prepare: (fake) =>
        fake.script("sendEmailCode", { fail: failure.serverError }, { fail: failure.unauthorized }),
    });
    await clock.advance(5 * SECOND);
    expect(flow.view()).toMatchObject({ code: { sent: "perhaps" }, failure: { kind: "unauthorized" } });
  });

  test("B16: an address that the service takes for none ends the flow, with its trace id", async () => {
    const { flow } = await begin({
      prepare: (fake) =>
        fake.script("sendEmailCode", {
          fail: { ...failure.contactRefused, reason: "invalid", traceId: "t-1" },
        }),
    });
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "emailRefused", traceId: "t-1" });
  });

  test("B12: an unknown user is told with the trace id, after a send as after a confirm", async () => {
    const gone: ApiFailure = { kind: "userNotFound", traceId: "t-2", origin: "service" };
    const send = await begin({ prepare: (fake) => fake.script("sendEmailCode", { fail: gone }) });
    expect((await send.flow.result)._unsafeUnwrapErr()).toEqual({ kind: "userNotFound", traceId: "t-2" });
    const confirm = await begin();
    confirm.fake.script("confirmEmail", { fail: gone });
    confirm.flow.submitCode("123456");
    expect((await confirm.flow.result)._unsafeUnwrapErr()).toEqual({ kind: "userNotFound", traceId: "t-2" });
  });
});

describe("a confirm", () => {
  test("drops a spent code after a read of the status, counts no attempt and offers a resend (B2, B8)", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.codeSpent });
    await enter(world, world.code("email"));
    expect(world.fake.count("status")).toBe(2);
    expect(world.flow.view()).toMatchObject({
      awaiting: "code",
      code: { attemptsLeft: 5 },
      announcement: "codeSpent",
      failure: { kind: "codeSpent", about: "code" },
    });
    expect((await enter(world, world.code("email")))._unsafeUnwrapErr().kind).toBe("codeAlreadyRefused");
    await world.clock.advance(MINUTE);
    expect(world.flow.resend().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({ failure: null, announcement: "codeReplaced" });
  });

  test("verifies a contact whose code is spent because an earlier answer was lost (B2)", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { actThenFail: failure.codeSpent });
    await enter(world, world.code("email"));
    expect(world.flow.view()).toMatchObject({ step: "phoneEntry", failure: null });
  });

  test("asks for the number again when the adapter needs it and only its mask is known (B30)", async () => {
    const world = await beginAtPhone();
    world.fake.script("confirmPhone", { fail: failure.contactNeeded });
    await enter(world, world.code("phone"));
    expect(world.flow.view()).toMatchObject({
      step: "phoneEntry",
      announcement: "contactNeeded",
      failure: { kind: "contactNeeded", about: "phone" },
    });
    await world.clock.advance(MINUTE);
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    await enter(world, world.code("phone"));
    expect(world.flow.view().step).toBe("verified");
  });

  test.each([failure.unreachable, failure.tokenUnavailable, notFound])(
    "is retried after $kind, which passes, and costs no attempt (B14, B8, B12)",
    async (fail) => {
      const world = await begin();
      world.fake.script("confirmEmail", { fail });
      await enter(world, world.code("email"));
      expect(world.flow.view()).toMatchObject({ code: { attemptsLeft: 5 } });
      await world.clock.advance(SECOND);
      expect(world.fake.count("confirmEmail")).toBe(2);
      expect(world.flow.view().step).toBe("phoneEntry");
    },
  );

  test.each([failure.contactNeeded, failure.contactRefused, failure.invalidRequest])(
    "B8: that the service has not judged ($kind) costs no attempt and waits for the person",
    async (answer) => {
      const world = await begin();
      world.fake.script("confirmEmail", { fail: answer });
      await enter(world, world.code("email"));
      expect(world.fake.count("status")).toBe(1);
      expect(world.flow.view()).toMatchObject({
        canRetry: true,
        awaiting: "code",
        failure: { kind: answer.kind, about: "code" },
        code: { attemptsLeft: 5 },
      });
      world.flow.retry();
      await world.clock.settle();
      expect(world.flow.view().step).toBe("phoneEntry");
    },
  );

  test.each([failure.noAnswer, failure.serverError, failure.protocol])(
    "B2: that was answered unclearly ($kind), then accepted, has cost no attempt",
    async (answer) => {
      const world = await begin({ policy: { maxAttempts: 1 } });
      world.fake.script("confirmEmail", { fail: answer });
      await enter(world, world.code("email"));
      expect(world.fake.count("confirmEmail")).toBe(2);
      expect(world.flow.view()).toMatchObject({ step: "phoneEntry", failure: null });
    },
  );

  test("B10: that the service takes for no code is not sent to it again", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.codeMalformed });
    await enter(world, "123456");
    expect(world.flow.view().canRetry).toBe(false);
    expect((await enter(world, "123456"))._unsafeUnwrapErr()).toEqual({ kind: "codeAlreadyRefused" });
    expect((await enter(world, world.code("email"))).isOk()).toBe(true);
  });

  test("B14: without a token is repeated with backoff, under the same key", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.tokenUnavailable });
    await enter(world, world.code("email"));
    await world.clock.advance(249);
    expect(world.fake.count("confirmEmail")).toBe(1);
    await world.clock.advance(1);
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B13: throttled without a time locks for one cooldown, with a huge one for an hour", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.throttled });
    await enter(world, "123456");
    expect(world.flow.view().lock).toEqual({ until: world.clock.now() + MINUTE, by: "service" });
    await world.clock.advance(MINUTE);
    world.fake.script("confirmEmail", {
      fail: { kind: "throttled", retryAfterMs: 1e12, traceId: null, origin: "service" },
    });
    await enter(world, "123456");
    expect(world.flow.view().lock).toEqual({ until: world.clock.now() + 60 * MINUTE, by: "service" });
  });

  test("B14: each code that is typed has a key of its own", async () => {
    const world = await begin();
    await enter(world, "111111");
    await enter(world, "222222");
    const confirms = world.fake.calls.filter((call) => call.operation === "confirmEmail");
    expect(confirms.map((call) => call.idempotencyKey)).toEqual([
      "flow/email/confirm/1",
      "flow/email/confirm/2",
    ]);
  });

  test("B2: each retry of an unclear code reads the status, and tries the code once", async () => {
    const world = await begin();
    const lost = { fail: failure.noAnswer };
    world.fake.script("confirmEmail", lost, lost, lost);
    await enter(world, world.code("email"));
    expect(world.fake.count("confirmEmail")).toBe(2);
    for (const confirms of [3, 4]) {
      expect(world.flow.retry().isOk()).toBe(true);
      await world.clock.settle();
      expect(world.fake.count("confirmEmail")).toBe(confirms);
    }
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B2: another code after an unclear one has a second try of its own, and no old doubt", async () => {
    const world = await begin();
    const lost = { fail: failure.noAnswer };
    world.fake.script("confirmEmail", lost, lost, lost);
    await enter(world, "111111");
    await enter(world, world.code("email"));
    expect(world.flow.view().step).toBe("phoneEntry");
    expect(world.fake.count("confirmEmail")).toBe(4);
  });

  test("B14: the read before a verdict is given up when its repeats are spent", async () => {
    const world = await begin({ policy: once });
    world.fake.script("confirmEmail", { fail: failure.noAnswer });
    world.fake.script("status", { fail: failure.unreachable }, { fail: failure.unreachable });
    await enter(world, world.code("email"));
    await world.clock.advance(MINUTE);
    expect(world.fake.count("status")).toBe(3);
    expect(world.flow.view()).toMatchObject({ canRetry: true, failure: { about: "status" } });
    expect(world.flow.actor.getSnapshot().hasTag("canRetry")).toBe(true);
  });

  test.each([failure.codeMalformed, failure.throttled])(
    "B30: that is over ($kind) leaves no code behind",
    async (answer) => {
      const world = await begin();
      world.fake.script("confirmEmail", { fail: answer });
      await enter(world, "123456");
      expect(world.flow.actor.getSnapshot().context.entry.codeRef).toBeNull();
    },
  );

  test("B2: a doubt that the status has settled is not settled again", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.noAnswer }, { fail: failure.invalidRequest });
    await enter(world, world.code("email"));
    expect(world.flow.view().failure?.kind).toBe("invalidRequest");
    world.flow.retry();
    await world.clock.settle();
    expect(world.fake.count("status")).toBe(2);
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B12: a user who is found blocked before a verdict ends the flow", async () => {
    const world = await begin();
    world.fake.service.lifecycle = 350;
    await enter(world, "111111");
    expect((await world.flow.result)._unsafeUnwrapErr()).toEqual({ kind: "userState", lifecycle: 350 });
  });
});

test("B1, B2: what left and was not refused may have been acted on", () => {
  const acted = Object.values(failure)
    .filter((one) => mayHaveBeenProcessed(one))
    .map(({ kind }) => kind);
  expect(acted).toEqual(["noAnswer", "serverError", "protocol"]);
});

test("B1, B2: of the answers of an unknown shape only a 2xx may have been acted on", () => {
  const acted = [199, 200, 299, 300].map((status) =>
    mayHaveBeenProcessed({
      kind: "protocol",
      problem: "unexpectedStatus",
      status,
      traceId: null,
      origin: "client",
    }),
  );
  expect(acted).toEqual([false, true, true, false]);
});

describe("B14: the waits before repeats", () => {
  const attemptsAfter = async (roll: number, retry: object, waits: readonly number[]) => {
    const { clock, fake } = await begin({
      policy: { retry },
      options: { random: () => roll },
      prepare: (fake) =>
        fake.script("sendEmailCode", ...Array.from({ length: 9 }, () => ({ fail: failure.unreachable }))),
    });
    const counts: number[] = [];
    for (const wait of waits) {
      await clock.advance(wait);
      counts.push(fake.count("sendEmailCode"));
    }
    return counts;
  };

  test("are jittered: a random share of the whole", async () => {
    expect(await attemptsAfter(0.1, { maxRetries: 1 }, [49, 1])).toEqual([1, 2]);
    expect(await attemptsAfter(0.9, { maxRetries: 1 }, [449, 1])).toEqual([1, 2]);
  });

  test("grow up to a cap", async () => {
    const retry = { baseMs: 1_000, capMs: 2_000, maxRetries: 4, totalMs: MINUTE };
    expect(await attemptsAfter(0.5, retry, [500, 1_000, 1_000, 1_000])).toEqual([2, 3, 4, 5]);
  });

  test("may end at the very limit, and not beyond", async () => {
    expect(await attemptsAfter(0.5, { totalMs: 3_750 }, [MINUTE])).toEqual([5]);
    expect(await attemptsAfter(0.5, { totalMs: 3_749 }, [MINUTE])).toEqual([4]);
  });

  test("count from when the first attempt began, not from when it failed", async () => {
    const clock = createSimulatedClock();
    const fake = createFakeApi(EMAIL);
    let attempts = 0;
    let answer: () => void = () => {};
    const flow = createVerification({
      api: {
        ...fake.api,
        sendEmailCode: () => {
          attempts += 1;
          return new ResultAsync(
            new Promise<Result<"accepted", ApiFailure>>((resolve) => {
              answer = () => {
                resolve(err(failure.unreachable));
              };
            }),
          );
        },
      },
      user: { id: 7, email: EMAIL },
      clock,
      random: () => 0.5,
      policy: { retry: { totalMs: 10_000 } },
    })._unsafeUnwrap();
    flow.start();
    await clock.advance(10 * SECOND);
    answer();
    await clock.advance(MINUTE);
    expect(attempts).toBe(1);
    expect(flow.view()).toMatchObject({
      canRetry: true,
      failure: { kind: "unreachable", at: clock.now() - MINUTE },
    });
  });
});

test("B15: a phone step that ends badly keeps the verified e-mail in view", async () => {
  const { flow } = await beginAtPhone({
    policy: never,
    prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.serverError }),
  });
  expect(flow.view().evidence.email).toEqual({ by: "status", contact: null });
  flow.cancel();
  expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "cancelled" });
  expect(flow.view()).toMatchObject({
    failedBecause: { kind: "cancelled" },
    evidence: { email: { by: "status" } },
  });
});
