import { createPolicy } from "@veristep/core";
import { describe, expect, test } from "vitest";

/** The problems of options that come from untyped code. */
const problems = (options: unknown) =>
  createPolicy(options as never).match(
    () => [],
    (found) => found,
  );

describe("a policy that is refused says what each option must be", () => {
  const whole = (from: number, to: number) => `must be a whole number from ${from} to ${to}`;

  test.each<[string, unknown, string]>([
    ["policy", null, "must be an object"],
    ["policy", "strict", "must be an object"],
    ["policy.retry", null, "must be an object"],
    ["policy.retry", 3, "must be an object"],
    ["policy.channels", ["phone", "email"], 'must be ["email", "phone"], ["email"] or ["phone"]'],
    ["policy.cooldownMs", 86_400_001, whole(0, 86_400_000)],
    ["policy.cooldownMs", [5], whole(0, 86_400_000)],
    ["policy.maxSendsPerWindow", 0, whole(1, 100)],
    ["policy.maxAttempts", 1.5, whole(1, 100)],
    ["policy.pollMs", 999, whole(1_000, 86_400_000)],
    ["policy.retrySends", "always", 'must be "on5xx" or "never"'],
    ["policy.unlockOnResend", "yes", "must be true or false"],
    [
      "policy.cooldown",
      60_000,
      "is not an option; there are channels, cooldownMs, maxSendsPerWindow, sendWindowMs, maxAttempts, lockMs, " +
        "codeLifetimeMs, retrySends, unlockOnResend, pollMs, codeFormat, retry",
    ],
    ["policy.retry.retries", 3, "is not an option; there are maxRetries, baseMs, capMs, totalMs"],
    ["policy.retry.maxRetries", 21, whole(0, 20)],
    ["policy.codeFormat", "digits", "must be an object"],
    ["policy.codeFormat.length", 3, whole(4, 10)],
    ["policy.codeFormat.characters", "letters", 'must be "digits" or "alphanumeric"'],
    ["policy.codeFormat.digits", 6, "is not an option; there are length, characters"],
  ])("%s: %j", (option, value, problem) => {
    const [, name, inner] = option.split(".");
    const options = name === undefined ? value : { [name]: inner === undefined ? value : { [inner]: value } };
    expect(problems(options)).toEqual([{ option, problem }]);
  });

  test("all of them at once; a cap below the first wait when nothing else is wrong", () => {
    expect(problems({ maxSendsPerWindow: 0, retry: { baseMs: 0 } }).map(({ option }) => option)).toEqual([
      "policy.maxSendsPerWindow",
      "policy.retry.baseMs",
    ]);
    expect(problems({ retry: { baseMs: 500, capMs: 499 } })).toEqual([
      { option: "policy.retry.capMs", problem: "must not be less than policy.retry.baseMs" },
    ]);
    expect(problems({ retry: { baseMs: 500, capMs: 500 } })).toEqual([]);
  });

  test.each([
    {
      cooldownMs: 0,
      maxSendsPerWindow: 1,
      sendWindowMs: 0,
      maxAttempts: 1,
      lockMs: 0,
      codeFormat: { length: 4 },
      pollMs: 1_000,
    },
    {
      cooldownMs: 86_400_000,
      maxSendsPerWindow: 100,
      maxAttempts: 100,
      codeFormat: { length: 10 },
      pollMs: null,
    },
  ])("the least and the most are taken: %j", (options) => {
    expect(problems(options)).toEqual([]);
  });
});
