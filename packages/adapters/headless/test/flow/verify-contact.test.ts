import { createVerification, type Clock, type VerificationOptions } from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure, type FakeApi } from "@veristep/core/testing";
import {
  FlowEnded,
  NeedsPerson,
  NoCodes,
  promisedCodes,
  runVerifyContact,
  type CodeRequest,
  type CodeSource,
} from "@veristep/headless";
import { describe, expect, test } from "vitest";

const EMAIL = "person@example.com";
const PHONE = "+359888123456";

interface Given {
  readonly prepare?: (fake: FakeApi) => void;
  readonly policy?: VerificationOptions["policy"];
  readonly codes?: (fake: FakeApi) => CodeSource;
  readonly phone?: string;
  readonly maxAutoRetries?: number;
  readonly maxAutoResends?: number;
  /** By how much each timer is late, in ms. */
  readonly lateMs?: number;
}

/** A user who reads the newest code at once. */
const reader =
  (fake: FakeApi) =>
  ({ channel, refused, sentAt }: CodeRequest): Promise<string> => {
    const code = fake.service.codes[channel];
    return sentAt === null || code === null || refused.has(code)
      ? new Promise(() => {})
      : Promise.resolve(code);
  };

const readsAtOnce = (fake: FakeApi): CodeSource => promisedCodes(reader(fake));

function run({ prepare, policy, codes = readsAtOnce, phone = PHONE, lateMs = 0, ...given }: Given = {}) {
  const clock = createSimulatedClock();
  const timers: Clock = {
    now: () => clock.now(),
    schedule: (wake, delayMs) => clock.schedule(wake, delayMs + lateMs),
  };
  const fake = createFakeApi(EMAIL);
  prepare?.(fake);
  const verification = createVerification({
    api: fake.api,
    user: { id: 7, email: EMAIL },
    clock: timers,
    policy,
    random: () => 0.5,
  })._unsafeUnwrap();
  const stop = new AbortController();
  const result = runVerifyContact(
    {
      verification,
      userId: 7,
      codes: codes(fake),
      ...given,
      phone: phone === "" ? undefined : phone,
      clock: timers,
    },
    stop.signal,
  );
  return { clock, fake, verification, stop, result };
}

describe("verifyContact", () => {
  test("takes a flow from its start to verified", async () => {
    const { fake, clock, result } = run();
    await clock.advance(100);
    expect((await result)._unsafeUnwrap()).toEqual({
      email: { by: "code", contact: "p•••@example.com" },
      phone: { by: "code", contact: "+359 •• ••• ••56" },
    });
    expect(fake.count("confirmEmail", "confirmPhone")).toBe(2);
    expect(clock.pending).toBe(0);
  });

  test("enters the code of the e-mail for the phone too, where both are the same (B10)", async () => {
    const { clock, fake, result } = run({
      codes: (fake) => {
        const same = "123456";
        return promisedCodes((request) => {
          const { codes } = fake.service;
          if (codes[request.channel] !== null) codes[request.channel] = same;
          return reader(fake)(request);
        });
      },
    });
    await clock.advance(1_000);
    expect((await result).isOk()).toBe(true);
    expect(fake.count("confirmEmail", "confirmPhone")).toBe(2);
  });

  test("tries a code once, requests a new one when none comes, and continues with that", async () => {
    const { clock, fake, result } = run({
      // Another code than the newest is what a slow mailbox gives.
      codes: (fake) =>
        promisedCodes((request) =>
          fake.count("sendEmailCode") === 1 && !request.refused.has("111111")
            ? Promise.resolve("111111")
            : reader(fake)(
                fake.count("sendEmailCode") === 1
                  ? { ...request, refused: new Set([fake.service.codes.email ?? ""]) }
                  : request,
              ),
        ),
    });
    await clock.advance(59_000);
    expect(fake.count("confirmEmail")).toBe(1);
    expect(fake.count("sendEmailCode")).toBe(1);
    await clock.advance(61_000);
    expect(fake.count("sendEmailCode")).toBe(2);
    expect((await result).isOk()).toBe(true);
  });

  test("waits after a send without an answer, then requests a new code (B1)", async () => {
    const { clock, fake, result } = run({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }),
    });
    await clock.advance(59_999);
    expect(fake.count("sendEmailCode")).toBe(1);
    await clock.advance(60_001);
    expect((await result).isOk()).toBe(true);
    expect(fake.count("sendEmailCode")).toBe(2);
  });

  test("asks its source again after a suspension, before it requests a new code (B1)", async () => {
    const asked: Array<() => void> = [];
    const { clock, fake, result } = run({
      codes: (fake) =>
        promisedCodes(
          (request) =>
            new Promise((resolve) => {
              asked.push(() => {
                void reader(fake)(request).then(resolve);
              });
            }),
        ),
    });
    await clock.advance(30_000);
    // The machine sleeps for ten minutes. Then the time for the code is over, before the code is seen.
    clock.setTime(clock.now() + 600_000);
    await clock.advance(30_000);
    expect(fake.count("sendEmailCode")).toBe(1);
    asked.at(-1)?.();
    await clock.advance(1_000);
    asked.at(-1)?.();
    await clock.advance(1_000);
    expect((await result).isOk()).toBe(true);
    expect(fake.count("sendEmailCode")).toBe(1);
  });

  test("ends after the usual number of requests when each timer is late (B16)", async () => {
    const { clock, fake, result } = run({
      lateMs: 2_000,
      codes: () => promisedCodes(() => new Promise(() => {})),
    });
    await clock.advance(300_000);
    expect(fake.count("sendEmailCode")).toBe(3);
    expect((await result)._unsafeUnwrapErr()).toMatchObject({ _tag: "NeedsPerson", awaiting: "code" });
  });

  test("waits until a lock opens (B8)", async () => {
    const { clock, fake, result } = run({
      policy: { maxAttempts: 1 },
      codes: (fake) =>
        promisedCodes((request) =>
          request.channel === "phone" || request.refused.has("111111")
            ? reader(fake)(request)
            : Promise.resolve("111111"),
        ),
    });
    await clock.advance(14 * 60_000);
    expect(fake.count("confirmEmail")).toBe(1);
    await clock.advance(2 * 60_000);
    expect((await result).isOk()).toBe(true);
  });

  test("fails with NeedsPerson without a number, with a refused one, or after the last retry", async () => {
    const noNumber = run({ phone: "" });
    await noNumber.clock.advance(10);
    expect((await noNumber.result)._unsafeUnwrapErr()).toMatchObject({
      _tag: "NeedsPerson",
      awaiting: "phone",
    });

    const refused = run({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.contactRefused }),
    });
    await refused.clock.advance(10);
    expect((await refused.result)._unsafeUnwrapErr().message).toBe(
      "The verification needs a phone number (last failure: contactRefused).",
    );
    expect(refused.fake.count("sendPhoneCode")).toBe(1);

    const wrongNumber = run({ phone: "0888" });
    await wrongNumber.clock.advance(10);
    expect((await wrongNumber.result)._unsafeUnwrapErr()).toBeInstanceOf(NeedsPerson);

    const down = run({
      prepare: (fake) =>
        fake.script("status", ...Array.from({ length: 5 }, () => ({ fail: failure.unreachable }))),
    });
    await down.clock.advance(30_000);
    expect((await down.result)._unsafeUnwrapErr()).toMatchObject({
      awaiting: "retry",
      message: "The verification waits for a retry (last failure: unreachable).",
    });
  });

  test("retries up to `maxAutoRetries` times, after longer and longer waits", async () => {
    const isDown = (attempts: number) => (fake: FakeApi) =>
      fake.script("status", ...Array.from({ length: attempts }, () => ({ fail: failure.unreachable })));
    // Five attempts to each round.
    const patient = run({ prepare: isDown(12), maxAutoRetries: 2 });
    await patient.clock.advance(60_000);
    expect((await patient.result).isOk()).toBe(true);

    const impatient = run({ prepare: isDown(12), maxAutoRetries: 1 });
    await impatient.clock.advance(60_000);
    expect((await impatient.result)._unsafeUnwrapErr()).toMatchObject({ awaiting: "retry" });
    expect(impatient.fake.count("status")).toBe(10);
  });

  test("requests at most `maxAutoResends` more codes when none comes", async () => {
    const { clock, fake, result } = run({
      maxAutoResends: 1,
      codes: () => promisedCodes(() => new Promise(() => {})),
    });
    await clock.advance(59_000);
    expect(fake.count("sendEmailCode")).toBe(1);
    await clock.advance(120_000);
    expect((await result)._unsafeUnwrapErr()).toMatchObject({ _tag: "NeedsPerson", awaiting: "code" });
    expect(fake.count("sendEmailCode")).toBe(2);
    // The flow itself keeps running: its code expires one day.
    expect(clock.pending).toBe(1);
  });

  test("fails with the reason when the flow can't be verified", async () => {
    const { clock, result } = run({ prepare: (fake) => (fake.service.lifecycle = 400) });
    await clock.advance(10);
    const error = (await result)._unsafeUnwrapErr();
    expect(error).toBeInstanceOf(FlowEnded);
    expect(error).toMatchObject({ reason: { kind: "userState", lifecycle: 400 } });
  });

  test("fails when the source has no codes", async () => {
    const { clock, result } = run({
      codes: () => promisedCodes(() => Promise.reject(new Error("the mailbox is closed"))),
    });
    await clock.advance(10);
    const error = (await result)._unsafeUnwrapErr();
    expect(error).toBeInstanceOf(NoCodes);
    expect(error.message).toBe("Could not get a code: the mailbox is closed");
  });

  test("stops at once when it is interrupted, and leaves nothing under way (B14)", async () => {
    let wanted: AbortSignal | undefined;
    const { clock, verification, stop, result } = run({
      codes: () =>
        promisedCodes((_, signal) => {
          wanted = signal;
          return new Promise(() => {});
        }),
    });
    await clock.advance(10);
    stop.abort();
    expect((await result)._unsafeUnwrapErr()).toMatchObject({ reason: { kind: "suspended" } });
    expect(wanted?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
    expect((await verification.result)._unsafeUnwrapErr()).toEqual({ kind: "suspended" });
  });
});
