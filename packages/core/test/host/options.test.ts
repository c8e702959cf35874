import { describe, expect, test } from "vitest";
import { createVerification, type VerificationOptions } from "@veristep/core";
import { createFakeApi, createFakeTabs } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, PHONE } from "../flow-world.js";

const problems = (options: object) =>
  createVerification({ api: createFakeApi().api, user: { id: 7, email: EMAIL }, ...options }).match(
    () => [],
    (found) => found,
  );

describe("options", () => {
  const create = (options: object) =>
    createVerification({ api: createFakeApi().api, user: { id: 7, email: EMAIL }, ...options });

  test("are checked together at creation, and no message repeats a value (B26, B27)", () => {
    expect(
      create({
        user: { id: "", email: "nobody", phone: "0888" },
      })._unsafeUnwrapErr(),
    ).toEqual([
      { option: "user.id", problem: "must be an integer, or a string of 1 to 256 characters" },
      { option: "user.email", problem: "must be the registered e-mail address" },
      { option: "user.phone", problem: "must be a phone number in E.164 form, like +359881234567" },
    ]);
  });

  test("of a wrong type, from JavaScript, are refused too", async () => {
    const wrong = (options: object) =>
      createVerification({
        api: createFakeApi().api,
        user: { id: 7, email: EMAIL },
        ...options,
      })
        ._unsafeUnwrapErr()
        .map(({ option }) => option);
    expect(wrong({ user: undefined })).toEqual(["user"]);
    expect(wrong({ user: { id: null, email: 7, phone: 359 } })).toEqual([
      "user.id",
      "user.email",
      "user.phone",
    ]);
    expect(wrong({ policy: null })).toEqual(["policy"]);
    expect(wrong({ record: null })).toEqual(["record"]);
    expect(wrong({ record: { userId: 7 } })).toEqual(["record"]);
    expect(wrong({ api: undefined })).toEqual(["api"]);
    const { flow } = await beginAtPhone({ user: { phone: undefined } });
    // A caller without types may pass this.
    const notText = undefined as unknown as string;
    expect(flow.submitCode(notText)._unsafeUnwrapErr().kind).toBe("codeFormat");
    expect(flow.submitPhone(notText)._unsafeUnwrapErr().kind).toBe("phoneFormat");
  });

  test("B29: treat input as no number when the parser throws or returns no E.164", async () => {
    for (const parsePhone of [
      () => {
        throw new Error("no");
      },
      () => "junk",
      () => null,
    ]) {
      const { flow } = await beginAtPhone({
        user: { phone: undefined },
        options: { parsePhone },
      });
      expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "phoneFormat" });
    }
  });

  test("refuse an invalid policy, and say what it must be", () => {
    const problem = (policy: object) =>
      create({ policy })
        ._unsafeUnwrapErr()
        .map(({ option }) => option);
    expect(problem({ cooldownMs: -1, maxSendsPerWindow: 0, codeFormat: { length: 3 } })).toEqual([
      "policy.cooldownMs",
      "policy.maxSendsPerWindow",
      "policy.codeFormat.length",
    ]);
    expect(problem({ channels: ["phone", "email"] })).toEqual(["policy.channels"]);
    expect(problem({ cooldown: 60 })).toEqual(["policy.cooldown"]);
    expect(problem({ retry: { maxRetries: 1.5 } })).toEqual(["policy.retry.maxRetries"]);
    expect(problem({ retry: { baseMs: 900, capMs: 100 } })).toEqual(["policy.retry.capMs"]);
    expect(problem({ retry: null })).toEqual(["policy.retry"]);
    expect(problem({ retrySends: "always" })).toEqual(["policy.retrySends"]);
    expect(create({ policy: { pollMs: undefined, retry: { capMs: undefined } } }).isOk()).toBe(true);
  });
});

describe("an invalid option is refused with what it must be", () => {
  const withoutConfirms = { ...createFakeApi().api, confirmEmail: undefined, confirmPhone: "soon" };
  test.each<[string, object, string]>([
    ["user", { user: undefined }, "must be an object with an id"],
    ["user", { user: null }, "must be an object with an id"],
    ["api", { api: withoutConfirms }, "must have confirmEmail, confirmPhone"],
    [
      "user.emailCodeSentAt",
      { user: { id: 7, email: EMAIL, emailCodeSentAt: "today" } },
      "must be a time in epoch ms",
    ],
    [
      "user.emailCodeSentAt",
      { user: { id: 7, email: EMAIL, emailCodeSentAt: Math.floor(Date.UTC(2026, 0, 1) / 1_000) } },
      "must be in ms: it looks like a time in seconds",
    ],
    // Without it a tab would announce a record that no other one can load (B37).
    ["peers", { peers: createFakeTabs().open() }, "need a store that all tabs share"],
  ])("%s", (option, given, problem) => {
    expect(problems(given)).toEqual([{ option, problem }]);
  });
});

describe("at the limits of valid input", () => {
  const user = (patch: object) => problems({ user: { id: 7, email: EMAIL, ...patch } });
  const padded = (text: string, length: number) => text.padStart(length, " ");

  test("B27: the lowest and the highest id are valid", () => {
    expect(user({ id: 1 })).toEqual([]);
  });

  test("an address has at most 254 characters", () => {
    const longest = `${"a".repeat(249)}@b.cc`;
    expect(longest).toHaveLength(254);
    expect(user({ email: longest })).toEqual([]);
    expect(user({ email: `a${longest}` })).toMatchObject([{ option: "user.email" }]);
  });

  test.each([
    "o'brien@example.com",
    '"ivan petrov"@example.com',
    '"a@b"@example.com',
    "user@xn--e1afmkfd.xn--90ae",
  ])("%s is a valid address", (email) => {
    expect(user({ email })).toEqual([]);
  });

  test("an array that contains an address or a number isn't accepted as one", async () => {
    expect(user({ email: [EMAIL] })).toMatchObject([{ option: "user.email" }]);
    const parsePhone = (() => [PHONE]) as unknown as VerificationOptions["parsePhone"];
    const { fake, flow } = await beginAtPhone({
      user: { phone: undefined },
      options: { parsePhone },
    });
    expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "phoneFormat" });
    expect(fake.count("sendPhoneCode")).toBe(0);
  });

  test("B29: a number begins with its plus", () => {
    for (const phone of [`tel:${PHONE}`, `00${PHONE}`, `+${PHONE}`])
      expect([phone, user({ phone })]).toMatchObject([phone, [{ option: "user.phone" }]]);
  });

  test("B29: the input for a number has at most 64 characters", async () => {
    expect(user({ phone: padded(PHONE, 64) })).toEqual([]);
    const { flow } = await beginAtPhone({ user: { phone: undefined } });
    expect(flow.submitPhone(padded(PHONE, 65))._unsafeUnwrapErr()).toEqual({ kind: "phoneFormat" });
    expect(flow.submitPhone(padded(PHONE, 64)).isOk()).toBe(true);
  });

  test("B60: the input for a code has at most 64 characters, and only digits", async () => {
    const { fake, flow, code } = await begin();
    for (const input of ["12345a", "a12345", "1234567", padded("123456", 65)])
      expect([input, flow.submitCode(input)._unsafeUnwrapErr().kind]).toEqual([input, "codeFormat"]);
    expect(fake.count("confirmEmail")).toBe(0);
    expect(flow.submitCode(padded(code("email"), 64)).isOk()).toBe(true);
  });
});

test("the mail of the registration requires an address", async () => {
  const { flow, fake } = await begin({
    user: { email: undefined, phone: PHONE, emailCodeSentAt: 1 },
    policy: { channels: ["phone"] },
  });
  expect(flow.record()).toMatchObject({ email: null, phone: { generation: 1 } });
  expect(fake.count("sendPhoneCode")).toBe(1);
});

test("B14: the keys of a flow have their full length, whatever the random numbers are", async () => {
  const flows = await Promise.all(
    Array.from({ length: 40 }, async () => begin({ options: { flowId: undefined } })),
  );
  for (const { fake } of flows) expect(fake.calls[0]?.idempotencyKey).toMatch(/^[0-9a-f]{32}\/status\/1$/);
});
