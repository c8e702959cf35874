import { describe, expect, test } from "vitest";
import { findCode } from "../../src/codes/find-code.js";

const code = (digits: string) => ({ kind: "code", code: digits });

describe("the code in a message", () => {
  test("looks for codes of another format", () => {
    const format = { length: 8, characters: "alphanumeric" } as const;
    expect(findCode(["Your code is 7K3M-9QXW."], format)).toEqual(code("7K3M9QXW"));
    expect(findCode(["Your code is 123456."], format)).toEqual({ kind: "none" });
  });

  test("is found in any of its texts, is missing, or is ambiguous", () => {
    expect(findCode(["Your code is 123456. Sofia 654321."])).toEqual(code("123456"));
    expect(findCode(["See the other part.", "Code 123456"])).toEqual(code("123456"));
    expect(findCode(["Order #123456"])).toEqual({ kind: "none" });
    expect(findCode(["Codes: 123456 or 654321"])).toEqual({ kind: "ambiguous" });
  });

  test("is the first group of a pattern, or its whole match", () => {
    const texts = ["Case 654321.", "PIN: AB-12 34"];
    expect(findCode(texts, /PIN: ([A-Z0-9 -]+)/)).toEqual(code("AB1234"));
    expect(findCode(texts, /\d{6}/g)).toEqual(code("654321"));
    expect(findCode(texts, /PUK/)).toEqual({ kind: "none" });
  });

  test("is the same each time for a pattern with a memory", () => {
    const sticky = /\d{6}/gy;
    sticky.lastIndex = 3;
    expect([findCode(["123456"], sticky), findCode(["123456"], sticky)]).toEqual([
      code("123456"),
      code("123456"),
    ]);
  });

  test("is not looked for by a pattern beyond the first 20,000 characters", () => {
    expect(findCode([`${" ".repeat(20_000)}123456`], /\d{6}/)).toEqual({ kind: "none" });
  });
});
