import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, MINUTE, SECOND } from "../flow-world.js";

const once = { retry: { maxRetries: 1 } } as const;

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
  test.each(lasting)("B14: is not repeated after %s, which a repeat can't fix", async (kind) => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) => fake.script("status", { fail: failure[kind] }),
    });
    await clock.advance(MINUTE);
    expect(fake.count("status")).toBe(1);
    expect(flow.view()).toMatchObject({ awaiting: "retry", failure: { kind, about: "status" } });
  });

  test("B13: waits at most an hour when it is throttled, whatever the service asks", async () => {
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

  test("B13: waits at least its backoff when it is throttled", async () => {
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

  test("B14: shares its key with its repeats, and the next read has another", async () => {
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

  test("B14: has all its repeats again, however many the read before used", async () => {
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
