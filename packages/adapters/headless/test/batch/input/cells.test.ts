import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emailOf, phoneOf, referenceOf, userIdOf } from "../../../src/batch/input/cells.js";
import { read } from "./support.js";

describe("e-mail cells (B42)", () => {
  test("reads the addresses of a file with all kinds of decoration", async () => {
    expect((await read("r05-email-decorations.csv")).rows).toEqual([
      "2: 9 person9@example.com +359881234571",
      "3: 10 person10@example.com +359881234572",
      "4: 11 person11@example.com +359881234573",
      "5: 12 person12@example.com +359881234574",
      "6: 3 person3@example.com +359881234575",
      "7: 4 person4@example.com +359881234576",
      "8: 5 person5@example.com -",
      "9: 6 PERSON6@EXAMPLE.COM +359881234578",
    ]);
  });

  test.each([
    ["Ivan Petrov <ivan@example.com>", "ivan@example.com"],
    ['"Petrov, Ivan" <ivan@example.com>', "ivan@example.com"],
    ["ivan@example.com <ivan@example.com>", "ivan@example.com"],
    ["<mailto:ivan@example.com>", "ivan@example.com"],
    ["MAILTO:ivan@example.com?subject=Hi", "ivan@example.com"],
    ["'ivan@example.com", "ivan@example.com"],
    ["«ivan@example.com»", "ivan@example.com"],
    ["“ivan@example.com", "ivan@example.com"],
    ["ivan@example.com\u00A0", "ivan@example.com"],
    ["\u202Aivan@example.com\u202C", "ivan@example.com"],
    ["iv\u00ADan@example.com", "ivan@example.com"],
    ["\u3000ivan@example.com\u2003", "ivan@example.com"],
    ["ivan@example.com,", "ivan@example.com"],
    ["ivan@example.com; IVAN@example.com", "ivan@example.com"],
    ["ｉｖａｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ivan@example.com"],
    ["o'brien@example.com", "o'brien@example.com"],
    ["'o'brien@example.com'", "o'brien@example.com"],
    ['"ivan petrov"@example.com', '"ivan petrov"@example.com'],
    ["ivan+tag@sub.example.co.uk", "ivan+tag@sub.example.co.uk"],
    ["ivan@пример.бг", "ivan@пример.бг"],
    ["ivan@xn--e1afmkfd.xn--90ae", "ivan@xn--e1afmkfd.xn--90ae"],
    ["  ", undefined],
  ])("%j is %s", (cell, value) => {
    expect(emailOf(cell)).toEqual({ value });
  });

  test.each([
    ["ivan@example.com; petar@example.com", "several"],
    ["a@example.com <b@example.com>", "several"],
    ["ivan@example", "invalid"],
    ["ivan@", "invalid"],
    ["@example.com", "invalid"],
    ["ivan.example.com", "invalid"],
    ["ivan@@example.com", "invalid"],
    ["ivan petrov@example.com", "invalid"],
    ["ivan@exam ple.com", "invalid"],
    ["ivan..p@example.com", "invalid"],
    ["ivan@example..com", "invalid"],
    ["ivan@-example.com", "invalid"],
    ["ivan@127.0.0.1", "invalid"],
    ["iv\u0007an@example.com", "invalid"],
    ["ivan@exam\u001b[31mple.com", "invalid"],
    ["n/a", "invalid"],
    ["иvan@example.com", "mixedAlphabets"],
    ["ivan@ехample.com", "mixedAlphabets"],
    ["iv\uFFFDn@example.com", "encoding"],
    [`${"x".repeat(250)}@example.com`, "invalid"],
    [{ address: "ivan@example.com" }, "invalid"],
    [true, "invalid"],
  ])("%j is no address: %s", (cell, problem) => {
    expect(emailOf(cell)).toEqual({ problem: `email:${problem}` });
  });

  test("gives the same value for its own result", () => {
    const mark = fc.constantFrom("", '"', "'", "<", ">", " ", ";", ".", "\u200B", "“", "mailto:", "\u00A0");
    fc.assert(
      fc.property(fc.emailAddress(), mark, mark, (address, before, after) => {
        const first = emailOf(`${before}${address}${after}`);
        if (!("value" in first) || first.value === undefined) return;
        expect(emailOf(first.value)).toEqual(first);
        expect(first.value.toLowerCase()).toContain(
          address.slice(address.lastIndexOf("@") + 1).toLowerCase(),
        );
      }),
    );
  });
});

describe("phone cells (B42)", () => {
  test("reads a number that a spreadsheet keeps as text", async () => {
    expect((await read("r10-shopify-apostrophe.csv")).rows).toEqual([
      "2: 12 person12@example.com +359881234574",
    ]);
  });

  test("reads national numbers with --country, and none without", async () => {
    expect((await read("r11-national-numbers.csv", { country: "BG" })).rows).toEqual([
      "2: 12 person12@example.com +359881234574",
      "3: 3 person3@example.com +359881234575",
    ]);
    expect((await read("r11-national-numbers.csv")).rows).toEqual([
      "2: phone:plusLost",
      "3: phone:countryMissing",
    ]);
  });

  test.each([
    ["'+359881234574"],
    ["’+359881234574"],
    ['="+359881234574"'],
    ["tel:+359881234574"],
    ['"+359 88 123 4574"'],
    ["+359 (0)88 123 45 74"],
    ["\u202A+359 88 123 4574\u202C"],
    ["+359-88-123-45-74"],
    ["＋359881234574"],
  ])("%j has one meaning", (cell) => {
    expect(phoneOf(cell)).toEqual({ value: "+359881234574" });
  });

  test.each([
    ["0881234574", "BG"],
    ["'0881234574", "BG"],
    ["00359881234574", "BG"],
    ["359881234574", "BG"],
    [359_881_234_574, "BG"],
    ["(088) 123 (4574)", "BG"],
  ] as const)("%j in %s", (cell, country) => {
    expect(phoneOf(cell, country)).toEqual({ value: "+359881234574" });
  });

  test.each([
    ["3.59881E+11", "spreadsheet"],
    ["3,59881E+11", "spreadsheet"],
    ["359881234574.0", "spreadsheet"],
    ["359881234574", "plusLost"],
    ["n/a", "notANumber"],
    [["+359881234574"], "notANumber"],
  ])("%j is not guessed at: %s", (cell, problem) => {
    expect(phoneOf(cell)).toEqual({ problem: `phone:${problem}` });
  });
});

describe("user ids (B27, B42)", () => {
  test.each([["7"], [7], [" 7 "], ["'7"], ['="7"'], ["７"]])("%j is user 7", (cell) => {
    expect(userIdOf(cell)).toEqual({ value: 7 });
  });

  test.each([
    ["", "missing"],
    [null, "missing"],
    ["1e3", "spreadsheet"],
    ["7.0", "spreadsheet"],
    ["0x10", "invalid"],
    ["7.5", "invalid"],
    [7.5, "invalid"],
    ["-7", "invalid"],
    ["+7", "invalid"],
    ["0", "invalid"],
    ["2147483648", "invalid"],
    ["99999999999999999999", "invalid"],
    ["7 8", "invalid"],
    ["٧", "invalid"],
    [true, "invalid"],
    [[7], "invalid"],
    [{ id: 7 }, "invalid"],
  ])("refuses %j: %s", (cell, problem) => {
    expect(userIdOf(cell)).toEqual({ problem: `userId:${problem}` });
  });
});

describe("references (B30)", () => {
  test.each([
    ["order 42", "order 42"],
    ["2024-01-31", "2024-01-31"],
    ["Ivan Petrov", "Ivan Petrov"],
    ["call Ivan on +359 88 123 4574", "call Ivan on •••"],
    ["Ivan 0881234574", "Ivan •••"],
    ["Ivan (0881 234 574), Sofia", "Ivan (•••), Sofia"],
    ["00359881234574/Ivan", "•••/Ivan"],
    ["t:٠٨٨١٢٣٤٥٧٤", "t:•••"],
    ["Ivan <ivan@example.com>", "Ivan <•••>"],
    ["0881234574", null],
    ["ivan@example.com", null],
    ["x\u001b[2Jy", "x [2Jy"],
    ["", null],
  ])("%j is kept as %s", (cell, kept) => {
    expect(referenceOf(cell)).toBe(kept);
  });

  test("are cut after contacts are taken out, so that no part of one is left", () => {
    expect(referenceOf(`${"x".repeat(95)} 0881234574`)).toBe(`${"x".repeat(95)} •••`);
  });
});
