import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findCode } from "../../src/code-sources/find-code.js";

const code = (digits: string) => ({ kind: "code", code: digits });
const none = { kind: "none" };
const ambiguous = { kind: "ambiguous" };

describe("the code in the text of a message", () => {
  test.each([
    ["Your code to confirm this e-mail address is 123456. It is valid for 10 min.", code("123456")],
    ["012345 is your code to confirm this phone number. Valid for 10 min.", code("012345")],
    ["Вашият код е 123456.", code("123456")],
    ["Code: 123 456", code("123456")],
    ["<#> 123-456 is your code", code("123456")],
    ["G-123456 is your verification code", code("123456")],
    ["123456", code("123456")],
    ["(123456)", code("123456")],
    ["Sent at 10:42\n654321\n2026 Example Ltd.", code("654321")],
    ["123456 — once more: 123456", code("123456")],
    ["Open https://example.com/c/999999?t=888888 or type 123456", code("123456")],
  ])("%j has one", (text, expected) => {
    expect(findCode(text)).toEqual(expected);
  });

  test.each([
    "",
    "No code here.",
    "1234567 and 12345",
    "Order #123456",
    "Call +359 888 123456",
    "Call +123456",
    "1.123456 and 123456.78 and 12,123456",
    "A123456 and 123456B and x_123456",
    "Write to 123456@example.com",
    "https://example.com/123456",
    "１２３４５６",
  ])("%j has none", (text) => {
    expect(findCode(text)).toEqual(none);
  });

  test("of two different ones none is taken", () => {
    expect(findCode("Your code is 123456. Sofia 654321.")).toEqual(ambiguous);
  });

  test("a pattern decides instead: its first group, or all that it matches", () => {
    const text = "Case 654321. PIN: AB-12 34";
    expect(findCode(text, /PIN: ([A-Z0-9 -]+)/)).toEqual(code("AB1234"));
    expect(findCode(text, /\d{6}/g)).toEqual(code("654321"));
    expect(findCode(text, /PUK/)).toEqual(none);
  });

  test("a pattern with a memory gives the same each time", () => {
    const sticky = /\d{6}/gy;
    sticky.lastIndex = 3;
    expect([findCode("123456", sticky), findCode("123456", sticky)]).toEqual([
      code("123456"),
      code("123456"),
    ]);
  });

  test("finds any six digits between words, and is done with any text in time", () => {
    const digits = fc.stringMatching(/^\d{6}$/);
    const word = fc.stringMatching(/^[a-zа-я]{1,8}$/u);
    fc.assert(
      fc.property(digits, word, word, (six, before, after) => {
        expect(findCode(`${before} ${six} ${after}`)).toEqual(code(six));
      }),
    );
    const started = performance.now();
    for (const text of ["1 ".repeat(1e6), "123 45".repeat(1e6), `${" ".repeat(1e6)}123456`]) findCode(text);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
