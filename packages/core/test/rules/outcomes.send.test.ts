import { describe, expect, test } from "vitest";
import { type ApiFailure } from "@veristep/core";
import { failure } from "@veristep/core/testing";
import { begin, SECOND } from "../flow-world.js";

const notFound: ApiFailure = {
  kind: "protocol",
  problem: "unexpectedStatus",
  status: 404,
  traceId: null,
  origin: "client",
};

const once = { retry: { maxRetries: 1 } } as const;

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
    "B7: that the service certainly did not act on ($kind) costs no cooldown and is not repeated",
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

  test("B13: that is throttled at first has sent nothing, and waits as long as the service asks", async () => {
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

  test("B1: that is throttled after a 5xx may have gone out, and waits as long as the service asks", async () => {
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

  test("B1: may have gone out after a 5xx, even if later repeats were not sent", async () => {
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

  test("B11: may have gone out after a 5xx that a 401 follows", async () => {
    const { clock, flow } = await begin({
      prepare: (fake) =>
        fake.script("sendEmailCode", { fail: failure.serverError }, { fail: failure.unauthorized }),
    });
    await clock.advance(5 * SECOND);
    expect(flow.view()).toMatchObject({ code: { sent: "perhaps" }, failure: { kind: "unauthorized" } });
  });

  test("B16: to an address that the service refuses ends the flow, with its trace id", async () => {
    const { flow } = await begin({
      prepare: (fake) =>
        fake.script("sendEmailCode", {
          fail: { ...failure.contactRefused, reason: "invalid", traceId: "t-1" },
        }),
    });
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "emailRefused", traceId: "t-1" });
  });

  test("B12: reports an unknown user with the trace id, as a confirm does", async () => {
    const gone: ApiFailure = { kind: "userNotFound", traceId: "t-2", origin: "service" };
    const send = await begin({ prepare: (fake) => fake.script("sendEmailCode", { fail: gone }) });
    expect((await send.flow.result)._unsafeUnwrapErr()).toEqual({ kind: "userNotFound", traceId: "t-2" });
    const confirm = await begin();
    confirm.fake.script("confirmEmail", { fail: gone });
    confirm.flow.submitCode("123456");
    expect((await confirm.flow.result)._unsafeUnwrapErr()).toEqual({ kind: "userNotFound", traceId: "t-2" });
  });
});
