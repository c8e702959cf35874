import { describe, expect, test } from "vitest";
import { type ApiFailure } from "@veristep/core";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, PHONE, SECOND, enter } from "../flow-world.js";

const notFound: ApiFailure = {
  kind: "protocol",
  problem: "unexpectedStatus",
  status: 404,
  traceId: null,
  origin: "client",
};

const once = { retry: { maxRetries: 1 } } as const;

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
    "B8: that the service has not judged ($kind) costs no attempt and waits for the user",
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

  test("B10: of a code that the service calls malformed is not repeated", async () => {
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

  test("B13: that is throttled locks for one cooldown without a time, and at most for an hour", async () => {
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

  test("B14: has a new idempotency key for each typed code", async () => {
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

  test("B2: of another code after an unclear one is again tried a second time", async () => {
    const world = await begin();
    const lost = { fail: failure.noAnswer };
    world.fake.script("confirmEmail", lost, lost, lost);
    await enter(world, "111111");
    await enter(world, world.code("email"));
    expect(world.flow.view().step).toBe("phoneEntry");
    expect(world.fake.count("confirmEmail")).toBe(4);
  });

  test("B14: stops reading before a verdict when its repeats are spent", async () => {
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

  test("B2: reads the status only once for an unclear answer", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.noAnswer }, { fail: failure.invalidRequest });
    await enter(world, world.code("email"));
    expect(world.flow.view().failure?.kind).toBe("invalidRequest");
    world.flow.retry();
    await world.clock.settle();
    expect(world.fake.count("status")).toBe(2);
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B12: ends the flow when the read before a verdict shows a blocked user", async () => {
    const world = await begin();
    world.fake.service.lifecycle = 350;
    await enter(world, "111111");
    expect((await world.flow.result)._unsafeUnwrapErr()).toEqual({ kind: "userState", lifecycle: 350 });
  });
});
