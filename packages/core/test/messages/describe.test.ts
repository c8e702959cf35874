import { describe, expect, test } from "vitest";
import {
  bulgarian,
  describeFailure,
  describeRefusal,
  describeView,
  english,
  formatMessage,
} from "@veristep/core";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, OTHER_PHONE } from "../flow-world.js";

const throttled = (minutes: number) =>
  ({
    fail: { kind: "throttled", retryAfterMs: minutes * MINUTE, traceId: null, origin: "service" },
  }) as const;

describe("describeRefusal", () => {
  test("names the wait and the digits", async () => {
    const { clock, flow } = await begin({ policy: { codeFormat: { length: 8 } } });
    const refusal = flow.resend()._unsafeUnwrapErr();
    expect(describeRefusal(refusal, english, clock.now())).toBe("You can request a new code in 60 seconds.");
    expect(describeRefusal(flow.submitCode("1")._unsafeUnwrapErr(), english)).toBe("Enter all 8 digits.");
    expect(describeRefusal({ kind: "busy" }, bulgarian)).toBe("Един момент, моля.");
  });

  test("speaks of too many requests, not of incorrect codes, while the service locks", async () => {
    const { clock, fake, flow } = await begin();
    fake.script("confirmEmail", throttled(5));
    flow.submitCode("111111");
    await clock.settle();
    const until = clock.now() + 5 * MINUTE;
    for (const refused of [flow.submitCode("222222"), flow.resend()]) {
      expect(refused._unsafeUnwrapErr()).toEqual({ kind: "lock", until, by: "service" });
      expect(describeRefusal(refused._unsafeUnwrapErr(), english, clock.now())).toBe(
        "Too many requests. Try again in 5 minutes.",
      );
    }
  });
});

describe("describeView", () => {
  const at = (time: number) =>
    formatMessage(english, "codeOutdated", { sentAt: time, now: time }).match(/at \d\d:\d\d/)?.[0] ?? "?";

  test("says where the code went, and which one counts", async () => {
    const { clock, flow } = await begin();
    expect(describeView(flow.view(), english, clock.now())).toBe(
      "We sent a 6-digit code to p•••@example.com.",
    );
    expect(describeFailure(flow.view(), english)).toBeNull();
    await clock.advance(MINUTE);
    flow.resend();
    await clock.settle();
    expect(describeView(flow.view(), english, clock.now())).toBe(
      `We sent a new code to p•••@example.com ${at(clock.now())}. Older codes no longer work.`,
    );
  });

  test("points to the newest code when one is refused and several were sent", async () => {
    const { clock, flow } = await begin();
    flow.submitCode("111111");
    await clock.settle();
    expect(describeView(flow.view(), english)).toBe("That code didn't work. Check it, or request a new one.");
    await clock.advance(MINUTE);
    flow.resend();
    await clock.settle();
    const sent = at(clock.now());
    await clock.advance(2 * MINUTE);
    flow.submitCode("222222");
    await clock.settle();
    expect(describeView(flow.view(), english, clock.now())).toBe(
      `That code didn't work. Use the most recent one, sent ${sent}.`,
    );
  });

  test("says what to do when a send got no answer: something may block what the page sends", async () => {
    const { flow } = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }),
    });
    expect(flow.view().announcement).toBe("codePerhapsSent");
    expect(describeView(flow.view(), english)).toBe(
      "We couldn't reach the service. If no code arrives at p•••@example.com, check your connection, turn off any ad blocker, and request a new one.",
    );
    const failed = await begin({
      policy: { retrySends: "never" },
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.serverError }),
    });
    expect(describeView(failed.flow.view(), english)).toContain("We may have sent a code to");
  });

  test("says that a code has expired", async () => {
    const { clock, flow } = await begin({ policy: { codeLifetimeMs: 10 * MINUTE } });
    await clock.advance(10 * MINUTE - 1);
    expect(describeView(flow.view(), english, clock.now())).toContain("We sent");
    await clock.advance(1);
    expect(describeView(flow.view(), english, clock.now())).toBe("That code has expired. Request a new one.");
  });

  test.each([
    [["email", "phone"], "Your e-mail and phone number are verified."],
    [["email"], "Your e-mail is verified."],
    [["phone"], "Your phone number is verified."],
  ] as const)("says what was verified: %s", async (channels, text) => {
    const verified = { isEmailVerified: true, isPhoneNumberVerified: true, lifecycle: 200 };
    const { flow } = await begin({
      policy: { channels: [...channels] },
      prepare: ({ service }) => {
        Object.assign(service.verified, {
          email: verified.isEmailVerified,
          phone: verified.isPhoneNumberVerified,
        });
      },
    });
    expect(describeView(flow.view(), english)).toBe(text);
  });

  test("names the digits of the codes", async () => {
    const { flow } = await begin({ policy: { codeFormat: { length: 8 } } });
    expect(describeView(flow.view(), english)).toBe("We sent an 8-digit code to p•••@example.com.");
  });

  test("names the end of a lock, not that of the cooldown", async () => {
    const { clock, flow } = await begin({
      policy: { maxAttempts: 1, unlockOnResend: true, lockMs: 30 * MINUTE },
    });
    flow.submitCode("111111");
    await clock.settle();
    expect(describeView(flow.view(), english, clock.now())).toBe(
      "Too many incorrect codes. Try again in 30 minutes.",
    );
  });

  test("names the day of a lock of two days", async () => {
    const { clock, flow } = await begin({ policy: { maxAttempts: 1, lockMs: 48 * 60 * MINUTE } });
    flow.submitCode("111111");
    await clock.settle();
    expect(describeView(flow.view(), english, clock.now())).toMatch(/on \w+ \d+ \w+ at \d\d:\d\d\.$/);
  });

  test("names the time of the next send when one was throttled", async () => {
    const email = await begin({ prepare: (fake) => fake.script("sendEmailCode", throttled(5)) });
    expect(describeView(email.flow.view(), english, email.clock.now())).toBe(
      "Too many requests. Try again in 5 minutes.",
    );

    const phone = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", throttled(5)) });
    phone.flow.changePhone();
    await phone.clock.advance(2 * MINUTE);
    expect(phone.flow.submitPhone(OTHER_PHONE).isErr()).toBe(true);
    expect(describeView(phone.flow.view(), english, phone.clock.now())).toContain("in 3 minutes.");
  });

  test("stops asking to wait when the time of a throttled send is over", async () => {
    const email = await begin({ prepare: (fake) => fake.script("sendEmailCode", throttled(1)) });
    await email.clock.advance(MINUTE);
    expect(describeView(email.flow.view(), english)).toBe("We haven't sent you a code yet.");

    const phone = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", throttled(1)) });
    await phone.clock.advance(MINUTE);
    expect(describeView(phone.flow.view(), english)).toBe("We haven't sent you a code yet.");
    expect(describeFailure(phone.flow.view(), english)).toBeNull();
  });
});

describe("describeFailure", () => {
  test("is about the failure, whatever is announced", async () => {
    const { clock, fake, flow } = await begin({ policy: { retry: { maxRetries: 0 } } });
    await clock.advance(MINUTE);
    fake.script("sendEmailCode", { fail: failure.unreachable });
    flow.resend();
    await clock.settle();
    fake.script("confirmEmail", { hold: true });
    flow.submitCode("111111");
    await clock.settle();
    expect(describeView(flow.view(), english)).toBe("Checking your code…");
    expect(describeFailure(flow.view(), english)).toContain("We couldn't connect.");
  });

  test("names the wait of a throttled send, not that of a retry of something else", async () => {
    const { clock, fake, flow } = await begin({
      policy: { retry: { baseMs: 8_000 } },
      prepare: (fake) => fake.script("sendEmailCode", throttled(5)),
    });
    fake.script("status", { fail: failure.unreachable });
    flow.refresh();
    await clock.settle();
    expect(flow.view().nextAttemptAt).not.toBeNull();
    expect(describeFailure(flow.view(), english, clock.now())).toContain("in 5 minutes.");
  });

  test("names the wait of a throttled read, not that of a send or a lock", async () => {
    const { clock, fake, flow } = await begin({ policy: { retry: { maxRetries: 0 } } });
    fake.script("status", throttled(5));
    flow.refresh();
    await clock.settle();
    const text = describeView(flow.view(), english, clock.now());
    expect(text).toBe("Too many requests. Try again in 5 minutes.");
    expect(describeFailure(flow.view(), english, clock.now())).toBe(text);

    await clock.advance(MINUTE);
    fake.script("status", { fail: failure.throttled });
    flow.refresh();
    await clock.settle();
    // The service names no time, so the next read is allowed at once.
    expect(describeFailure(flow.view(), english, clock.now())).toContain("in 1 second.");
  });

  test("names its own wait beside a lock", async () => {
    const { clock, fake, flow } = await begin({ policy: { maxAttempts: 1, retry: { maxRetries: 0 } } });
    fake.script("status", throttled(5));
    flow.submitCode("111111");
    await clock.settle();
    expect(flow.view()).toMatchObject({ announcement: "lock", failure: { about: "status" } });
    expect(describeView(flow.view(), english, clock.now())).toContain("in 15 minutes.");
    expect(describeFailure(flow.view(), english, clock.now())).toContain("in 5 minutes.");
  });
});
