import { describe, expect, test } from "vitest";
import {
  bulgarian,
  describeFailure,
  describeRefusal,
  describeView,
  english,
  formatMessage,
  type MessageKey,
} from "@veristep/core";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, OTHER_PHONE, SECOND } from "./flow-world.js";

const keys = Object.keys(english.messages) as MessageKey[];
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
/** The time as the catalogue writes it in the zone of the machine that runs this test. */
const clockTime = (at: number) =>
  formatMessage(english, "cooldown", { until: at }).match(/\d\d:\d\d/)?.[0] ?? "?";

describe("B62: the catalogues", () => {
  test("have the same keys and name the same values", () => {
    expect(Object.keys(bulgarian.messages).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      expect([key, ...placeholders(bulgarian.messages[key])]).toEqual([
        key,
        ...placeholders(english.messages[key]),
      ]);
    }
  });

  test("name the values that each message needs", () => {
    const named = keys.flatMap((key) => placeholders(english.messages[key]).map((name) => `${key} ${name}`));
    expect(named.sort()).toEqual([
      "codeFormat {digits}",
      "codePerhapsSent {destination}",
      "codeReplaced {destination}",
      "codeReplaced {sentAt}",
      "codeSent {destination}",
      "codeSent {sentAt}",
      "cooldown {until}",
      "lock {until}",
      "sendLimit {until}",
      "sending {destination}",
      "throttled {until}",
    ]);
  });
});

describe("B62: a message", () => {
  const midnight = Date.UTC(2026, 0, 1, 0, 5);

  test("has times on a 24-hour clock, in the catalogue's locale and the zone that is asked for", () => {
    const values = { until: midnight, sentAt: midnight + MINUTE, timeZone: "UTC" };
    expect(formatMessage(english, "cooldown", values)).toBe("You can ask for another code at 00:05.");
    expect(formatMessage(english, "codeReplaced", values)).toContain("at 00:06 ");
    expect(formatMessage(english, "cooldown", { ...values, timeZone: "Europe/Sofia" })).toContain("02:05");
    const inBulgarian = new Intl.DateTimeFormat("bg-BG", {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: "UTC",
    }).format(midnight);
    expect(formatMessage(bulgarian, "cooldown", values)).toContain(inBulgarian);
    const odd = { ...english, locale: "ar-EG" };
    expect(formatMessage(odd, "cooldown", values)).not.toContain("00:05");
  });

  test("names the first full second at which something is possible, never one that is too early", () => {
    const at = (ms: number) => formatMessage(english, "cooldown", { until: midnight + ms, timeZone: "UTC" });
    expect(at(0)).toContain("at 00:05.");
    expect(at(1)).toContain("at 00:05:01.");
    expect(at(59_000)).toContain("at 00:05:59.");
    expect(at(59_001)).toContain("at 00:06.");
    expect(formatMessage(english, "codeReplaced", { sentAt: midnight + 59_999, timeZone: "UTC" })).toContain(
      "00:05",
    );
  });

  test("leaves out what isn't known with a word that fits, and takes values as they are", () => {
    expect(formatMessage(english, "cooldown", { until: null })).toBe("You can ask for another code at ….");
    expect(formatMessage(english, "cooldown")).toBe("You can ask for another code at ….");
    expect(formatMessage(english, "sending", { destination: null })).toBe("Sending a code to ….");
    expect(formatMessage(english, "sending", { destination: "$&" })).toBe("Sending a code to $&.");
    expect(formatMessage(english, "codeFormat")).toBe("A code has 6 digits.");
    expect(formatMessage(english, "codeFormat", { digits: 8 })).toBe("A code has 8 digits.");
  });

  test("of a refusal names its time and its digits", async () => {
    const { clock, flow } = await begin({ policy: { codeFormat: { length: 8 } } });
    const until = clockTime(clock.now() + MINUTE);
    expect(describeRefusal(flow.resend()._unsafeUnwrapErr(), english)).toBe(
      `You can ask for another code at ${until}.`,
    );
    expect(describeRefusal(flow.submitCode("1")._unsafeUnwrapErr(), english)).toBe("A code has 8 digits.");
    expect(describeRefusal({ kind: "busy" }, bulgarian)).toBe("Един момент, моля.");
  });

  test("of a refusal while the service locks speaks of too many requests, not of wrong codes", async () => {
    const { clock, fake, flow } = await begin();
    fake.script("confirmEmail", {
      fail: { kind: "throttled", retryAfterMs: 5 * MINUTE, traceId: null, origin: "service" },
    });
    flow.submitCode("111111");
    await clock.settle();
    const until = clock.now() + 5 * MINUTE;
    for (const refused of [flow.submitCode("222222"), flow.resend()]) {
      expect(refused._unsafeUnwrapErr()).toEqual({ kind: "lock", until, by: "service" });
      expect(describeRefusal(refused._unsafeUnwrapErr(), english)).toBe(
        `Too many requests. Wait until ${clockTime(until)}, then try again.`,
      );
    }
  });

  test("of a view says where the code went and when, and which one counts", async () => {
    const { clock, flow } = await begin();
    const first = clockTime(clock.now());
    expect(describeView(flow.view(), english)).toBe(
      `A code is on its way to p•••@example.com. It was sent at ${first}.`,
    );
    expect(describeFailure(flow.view(), english)).toBeNull();
    await clock.advance(MINUTE);
    flow.resend();
    await clock.settle();
    expect(describeView(flow.view(), english)).toContain(
      `Use the code sent at ${clockTime(clock.now())} to p•••@example.com.`,
    );
  });

  test("of a view may name the digits of its codes", async () => {
    const { flow } = await begin({ policy: { codeFormat: { length: 8 } } });
    const messages = { ...english.messages, codeSent: "A code of {digits} digits." };
    expect(describeView(flow.view(), { ...english, messages })).toBe("A code of 8 digits.");
  });

  test("of a failure is about the failure, whatever is announced", async () => {
    const { clock, fake, flow } = await begin({ policy: { retry: { maxRetries: 0 } } });
    await clock.advance(MINUTE);
    fake.script("sendEmailCode", { fail: failure.unreachable });
    flow.resend();
    await clock.settle();
    fake.script("confirmEmail", { hold: true });
    flow.submitCode("111111");
    await clock.settle();
    expect(describeView(flow.view(), english)).toBe("Checking the code.");
    expect(describeFailure(flow.view(), english)).toContain("The service can't be reached.");
  });

  test("of a lock names the lock's end, not the cooldown's", async () => {
    const { clock, flow } = await begin({
      policy: { maxAttempts: 1, unlockOnResend: true, lockMs: 30 * MINUTE },
    });
    flow.submitCode("111111");
    await clock.settle();
    expect(describeView(flow.view(), english)).toContain(clockTime(clock.now() + 30 * MINUTE));
  });

  test("of a throttled send names its own time, not that of a repeat of something else", async () => {
    const { clock, fake, flow } = await begin({
      policy: { retry: { baseMs: 8_000 } },
      prepare: (fake) =>
        fake.script("sendEmailCode", {
          fail: { kind: "throttled", retryAfterMs: 5 * MINUTE, traceId: null, origin: "service" },
        }),
    });
    const until = clockTime(clock.now() + 5 * MINUTE);
    fake.script("status", { fail: failure.unreachable });
    flow.refresh();
    await clock.settle();
    expect(flow.view().nextAttemptAt).not.toBeNull();
    expect(describeFailure(flow.view(), english)).toContain(`Wait until ${until},`);
  });

  test("of a throttled send asks nobody to wait when its time is over", async () => {
    const throttled = {
      fail: { kind: "throttled", retryAfterMs: MINUTE, traceId: null, origin: "service" },
    } as const;
    const email = await begin({ prepare: (fake) => fake.script("sendEmailCode", throttled) });
    await email.clock.advance(MINUTE);
    expect(describeView(email.flow.view(), english)).toBe("We haven't sent you a code yet.");

    const phone = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", throttled) });
    await phone.clock.advance(MINUTE);
    expect(describeView(phone.flow.view(), english)).toBe("We haven't sent you a code yet.");
    expect(describeFailure(phone.flow.view(), english)).toBeNull();
  });

  test("of a throttled read names its own time, not that of a send or a lock", async () => {
    const { clock, fake, flow } = await begin({ policy: { retry: { maxRetries: 0 } } });
    fake.script("status", {
      fail: { kind: "throttled", retryAfterMs: 5 * MINUTE, traceId: null, origin: "service" },
    });
    flow.refresh();
    await clock.settle();
    const until = clockTime(clock.now() + 5 * MINUTE);
    expect(describeView(flow.view(), english)).toBe(
      `Too many requests. Wait until ${until}, then try again.`,
    );
    expect(describeFailure(flow.view(), english)).toBe(describeView(flow.view(), english));

    await clock.advance(MINUTE);
    fake.script("status", { fail: failure.throttled });
    flow.refresh();
    await clock.settle();
    // Where the service names no time the next read may be made at once.
    expect(describeFailure(flow.view(), english)).toContain(`Wait until ${clockTime(clock.now())},`);
  });

  test("of a lock names the lock's end, whatever a throttled read was told", async () => {
    const { clock, fake, flow } = await begin({ policy: { maxAttempts: 1, retry: { maxRetries: 0 } } });
    fake.script("status", {
      fail: { kind: "throttled", retryAfterMs: 5 * MINUTE, traceId: null, origin: "service" },
    });
    flow.submitCode("111111");
    await clock.settle();
    expect(flow.view()).toMatchObject({ announcement: "lock", failure: { about: "status" } });
    expect(describeView(flow.view(), english)).toContain(clockTime(clock.now() + 15 * MINUTE));
    expect(describeFailure(flow.view(), english)).toContain(clockTime(clock.now() + 5 * MINUTE));
  });

  test("of a throttled send names the time at which the next one is taken", async () => {
    const throttled = {
      fail: { kind: "throttled", retryAfterMs: 5 * MINUTE, traceId: null, origin: "service" },
    } as const;
    const email = await begin({ prepare: (fake) => fake.script("sendEmailCode", throttled) });
    const until = clockTime(email.clock.now() + 5 * MINUTE);
    expect(describeView(email.flow.view(), english)).toContain(`Wait until ${until},`);

    const phone = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", throttled) });
    phone.flow.changePhone();
    await phone.clock.advance(SECOND);
    expect(phone.flow.submitPhone(OTHER_PHONE).isErr()).toBe(true);
    expect(describeView(phone.flow.view(), english)).toContain(`Wait until ${until},`);
  });
});
