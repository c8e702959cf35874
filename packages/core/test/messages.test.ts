import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bulgarian,
  describeFailure,
  describeRefusal,
  describeView,
  english,
  formatMessage,
  type Message,
  type MessageCatalogue,
  type MessageKey,
} from "@veristep/core";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, OTHER_PHONE, SECOND } from "./flow-world.js";

const keys = Object.keys(english.messages) as MessageKey[]; // Its type has no other keys.
const texts = (message: Message) => (typeof message === "string" ? [message] : Object.values(message));
const placeholders = (message: Message) =>
  [
    ...new Set(
      texts(message).flatMap((text) => [...(text ?? "").matchAll(/\{\w+\}/g)].map(([name]) => name)),
    ),
  ].sort();
const throttled = (minutes: number) =>
  ({
    fail: { kind: "throttled", retryAfterMs: minutes * MINUTE, traceId: null, origin: "service" },
  }) as const;

describe("the catalogues (B62)", () => {
  test("have the same keys and name the same values", () => {
    expect(Object.keys(bulgarian.messages).sort()).toEqual([...keys].sort());
    for (const key of keys)
      expect([key, ...placeholders(bulgarian.messages[key])]).toEqual([
        key,
        ...placeholders(english.messages[key]),
      ]);
  });

  test("name the values that each message needs", () => {
    const named = keys.flatMap((key) => placeholders(english.messages[key]).map((name) => `${key} ${name}`));
    expect(named.sort()).toEqual([
      "codeFormat {digits}",
      "codeFormatWithLetters {digits}",
      "codeOutdated {sentAt}",
      "codePerhapsSent {destination}",
      "codeReplaced {destination}",
      "codeReplaced {sentAt}",
      "codeSent {destination}",
      "codeSent {digits}",
      "codeSentWithLetters {destination}",
      "codeUnconfirmed {destination}",
      "cooldown {until}",
      "lock {until}",
      "notValid {callingCode}",
      "sendLimit {until}",
      "sending {destination}",
      "throttled {until}",
      "timeAnotherDay {time}",
      "timeToday {time}",
      "tooLong {callingCode}",
      "tooShort {callingCode}",
      "unknownRange {destination}",
    ]);
  });
});

describe("a message with a time", () => {
  const now = Date.UTC(2026, 11, 2, 22, 5);
  const cooldown = (waitMs: number, catalogue = english, timeZone = "UTC") =>
    formatMessage(catalogue, "cooldown", { until: now + waitMs, now, timeZone });

  test("names a short wait by its length", () => {
    expect(cooldown(58 * SECOND)).toBe("You can request a new code in 58 seconds.");
    expect(cooldown(SECOND)).toBe("You can request a new code in 1 second.");
    expect(cooldown(15 * MINUTE)).toBe("You can request a new code in 15 minutes.");
    expect(cooldown(58 * SECOND, bulgarian)).toBe("Можете да поискате нов код след 58 секунди.");
    expect(cooldown(15 * MINUTE, bulgarian)).toBe("Можете да поискате нов код след 15 минути.");
  });

  test("names a longer wait by its end, with the day if that isn't today", () => {
    expect(cooldown(40 * MINUTE)).toBe("You can request a new code at 22:45.");
    expect(cooldown(40 * MINUTE, bulgarian)).toBe("Можете да поискате нов код в 22:45.");
    expect(cooldown(48 * 60 * MINUTE)).toBe("You can request a new code on Friday 4 December at 22:05.");
    expect(cooldown(48 * 60 * MINUTE, bulgarian)).toBe(
      "Можете да поискате нов код в петък, 4 декември в 22:05.",
    );
  });

  test("decides what today is in the zone of the reader", () => {
    expect(cooldown(115 * MINUTE)).toBe("You can request a new code on Thursday 3 December at 00:00.");
    expect(cooldown(114 * MINUTE)).toBe("You can request a new code at 23:59.");
    expect(cooldown(115 * MINUTE, english, "Europe/Sofia")).toBe("You can request a new code at 02:00.");
  });

  test("never names a time that is too early, nor seconds of a clock", () => {
    expect(cooldown(1)).toContain("in 1 second.");
    expect(cooldown(0)).toContain("in 1 second.");
    expect(cooldown(-MINUTE)).toContain("in 1 second.");
    expect(cooldown(90 * SECOND)).toContain("in 90 seconds.");
    expect(cooldown(90 * SECOND + 1)).toContain("in 2 minutes.");
    expect(cooldown(40 * MINUTE + 1)).toContain("at 22:46.");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 72 * 60 * MINUTE }), (waitMs) => {
        const text = cooldown(waitMs);
        expect(text).not.toMatch(/\d:\d\d:\d\d/);
        const [, amount, unit] = /in (\d+) (second|minute)/.exec(text) ?? [];
        const said = amount === undefined ? Infinity : Number(amount) * (unit === "second" ? SECOND : MINUTE);
        expect(said).toBeGreaterThanOrEqual(waitMs);
      }),
    );
  });

  test("names the minute of a send that is over", () => {
    const sent = { sentAt: now - SECOND, destination: "p•••@example.com", now, timeZone: "UTC" };
    expect(formatMessage(english, "codeReplaced", sent)).toBe(
      "We sent a new code to p•••@example.com at 22:04. Older codes no longer work.",
    );
    expect(formatMessage(english, "codeReplaced", { ...sent, sentAt: now - 24 * 60 * MINUTE })).toContain(
      "on Tuesday 1 December at 22:05.",
    );
  });

  test("is counted from the clock of the system by default", () => {
    expect(formatMessage(english, "cooldown", { until: Date.now() + 10 * MINUTE })).toContain(
      "in 10 minutes.",
    );
  });
});

describe("a message", () => {
  test("has a word that fits in place of a value that isn't known, and takes values as they are", () => {
    expect(formatMessage(english, "cooldown", { until: null })).toBe("You can request a new code ….");
    expect(formatMessage(english, "cooldown")).toBe("You can request a new code ….");
    expect(formatMessage(english, "sending", { destination: null })).toBe("Sending a code to ……");
    expect(formatMessage(english, "sending", { destination: "$&" })).toBe("Sending a code to $&…");
    expect(formatMessage(english, "codeFormat")).toBe("Enter all 6 digits.");
    expect(formatMessage(english, "codeFormat", { digits: 8 })).toBe("Enter all 8 digits.");
  });

  test("has the plural form of the catalogue's language", () => {
    const polish: MessageCatalogue = {
      locale: "pl",
      messages: {
        ...english.messages,
        codeFormat: {
          few: "Wpisz {digits} cyfry.",
          many: "Wpisz {digits} cyfr.",
          other: "Wpisz {digits} cyfry.",
        },
      },
    };
    expect(formatMessage(polish, "codeFormat", { digits: 4 })).toBe("Wpisz 4 cyfry.");
    expect(formatMessage(polish, "codeFormat", { digits: 6 })).toBe("Wpisz 6 cyfr.");
    expect(formatMessage({ ...polish, locale: "en" }, "codeFormat", { digits: 4 })).toBe("Wpisz 4 cyfry.");
  });

  test("is written for any locale: in English times where Intl doesn't know it", () => {
    const values = { until: Date.UTC(2026, 0, 1, 9, 5), now: Date.UTC(2026, 0, 1, 9), timeZone: "UTC" };
    for (const locale of ["en_GB", "", "xx", "not a locale", "e", "en-GB-"])
      expect(formatMessage({ ...english, locale }, "lock", values)).toBe(
        "Too many incorrect codes. Try again in 5 minutes.",
      );
    expect(formatMessage({ ...bulgarian, locale: "bg_BG" }, "lock", values)).toContain("след 5 минути");
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...keys), (locale, key) => {
        expect(formatMessage({ ...english, locale }, key, values)).not.toBe("");
      }),
    );
  });

  test("is the key where the catalogue lacks it, and never throws", () => {
    // As a catalogue out of a file may be, or one that was written for an older version.
    const lacking = { locale: "bg", messages: { lock: "Опитайте {until}." } } as unknown as MessageCatalogue;
    expect(formatMessage(lacking, "codeRejected")).toBe("codeRejected");
    const values = { until: Date.UTC(2026, 0, 1, 9, 45), now: Date.UTC(2026, 0, 1, 9), timeZone: "UTC" };
    expect(formatMessage(lacking, "lock", values)).toMatch(/^Опитайте 0?9:45/);
  });
});

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
