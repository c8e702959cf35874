import { findCodes } from "@veristep/core/code-text";
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sixDigits, written, sentences, otherNumber, strayNumber, between } from "./written-codes.js";

interface Pasted {
  readonly text: string;
  readonly submits: string | null;
}

const { pasted } = JSON.parse(
  readFileSync(new URL("../fixtures/code-entry.json", import.meta.url), "utf8"),
) as {
  readonly pasted: readonly Pasted[];
}; // The fixture's own shape, which the tests below would miss.

describe("B60: the code in a text", () => {
  test.each(pasted)("$text: $submits", ({ text, submits }) => {
    const codes = findCodes(text, 6);
    expect(codes.length === 1 ? codes[0] : null).toBe(submits);
  });

  test("is found however it is written and whatever the sentence", () => {
    fc.assert(
      fc.property(
        sixDigits,
        fc.constantFrom(...written),
        fc.constantFrom(...sentences),
        (code, write, sentence) => {
          expect(findCodes(sentence(write(code)), 6)).toEqual([code]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("is found among other numbers, before and after it", () => {
    fc.assert(
      fc.property(
        sixDigits,
        fc.constantFrom(...written),
        fc.constantFrom(...sentences),
        fc.array(fc.oneof(otherNumber, strayNumber), { maxLength: 3 }),
        fc.array(fc.oneof(otherNumber, strayNumber), { maxLength: 3 }),
        between,
        (code, write, sentence, before, after, gap) => {
          const text = [...before, sentence(write(code)), ...after].join(gap);
          expect(findCodes(text, 6)).toEqual([code]);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test("is never a date, a time, an amount, an address, or a phone, order or other number", () => {
    fc.assert(
      fc.property(fc.array(otherNumber, { minLength: 1, maxLength: 4 }), between, (others, gap) => {
        expect(findCodes(others.join(gap), 6)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  test("is found where nothing calls it one, if no other number is there", () => {
    fc.assert(
      fc.property(sixDigits, fc.array(otherNumber, { maxLength: 2 }), (code, others) => {
        expect(findCodes(["10npay", code, ...others].join("\n"), 6)).toEqual([code]);
      }),
    );
  });

  test("finds both where two numbers have the same claim", () => {
    fc.assert(
      fc.property(sixDigits, sixDigits, (one, other) => {
        fc.pre(one !== other);
        const texts = [
          `Codes: ${one} or ${other}`,
          `${one} ${other}`,
          `${one}\n${other}`,
          `${one} or ${other} is your code`,
          `Code ${one}, code ${other}`,
          `Your codes are ${one} and ${other}.`,
        ];
        for (const text of texts) expect([...findCodes(text, 6)].sort()).toEqual([one, other].sort());
      }),
    );
  });

  test("has the requested length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 10 }), fc.stringMatching(/^[3-9]\d{9}$/), (length, long) => {
        const code = long.slice(0, length);
        expect(findCodes(`Your code is ${code}. © 2026 10npay`, length)).toEqual([code]);
        expect(findCodes(`Your code is ${code}`, length === 4 ? 5 : length - 1)).toEqual([]);
      }),
    );
  });

  test.each([
    ["546579 10 minutes left"],
    ["546579 2026 10npay"],
    ["546 579 10 minutes left"],
    ["2026-11-30 546579 is the code"],
    ["30 Nov 2026 546579 is the code"],
    ["Message 654321. Your code is 546579"],
    ["Verification number: 546579"],
    ["Your code for order 118204 is 546579"],
    ["546579 is your code for order 118204"],
    ["Reservation 118204: your code is 546579"],
    ["Reservation 118204, your code is 546579"],
    ["5\n4\n6\n5\n7\n9"],
    ["546579 is your code.\n\n@10npay.example #546579"],
    ["Dear Customer: 546579 is your OTP for your account"],
    ["To open your account: 546579"],
    ["код546579"],
  ])("%j: 546579", (text) => {
    expect(findCodes(text, 6)).toEqual(["546579"]);
  });

  test.each([
    "",
    "no number",
    "1234567",
    "12345",
    "532 123 45 67",
    "0888 123456",
    "123456 789",
    "1,123,456",
    "x123456",
    "123456789012",
  ])("%j has none", (text) => {
    expect(findCodes(text, 6)).toEqual([]);
  });

  test("is looked for in every part of a message, and the part that says most decides", () => {
    expect(findCodes(["Your code\nHello 654321, see the other part", "Your code\n546579"], 6)).toEqual([
      "546579",
    ]);
    expect(findCodes(["Your code: 546579", "Your code\n546579"], 6)).toEqual(["546579"]);
    expect(findCodes(["Code 546579", "Code 654321"], 6)).toHaveLength(2);
  });

  test("one digit or a few in each cell of a page are one code; what else stands in cells is not", () => {
    const cells = (...texts: readonly string[]) => texts.join("\u001F");
    expect(findCodes(`Code\n${cells("5", "4", "6", "5", "7", "9")}\n10 minutes`, 6)).toEqual(["546579"]);
    expect(findCodes(`Code\n${cells("546", "579")}`, 6)).toEqual(["546579"]);
    expect(findCodes(cells("546579", "10 minutes"), 6)).toEqual(["546579"]);
    expect(findCodes(cells("Order number", "546579"), 6)).toEqual([]);
  });

  test("is looked for in bounded time, whatever the text", () => {
    const repeated = [
      "1 ",
      "123 45",
      " ",
      "a.",
      "123456 ",
      "code ",
      "1-",
      "order 123456 ",
      "@a.",
      "1\u001F",
      "1,",
    ];
    const started = performance.now();
    for (const part of repeated) findCodes(part.repeat(200_000), 6);
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  test("B29: any text is read without an error", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.integer({ min: 4, max: 10 }),
        (text, length) => {
          for (const code of findCodes(text, length)) expect(code).toMatch(new RegExp(`^\\d{${length}}$`));
        },
      ),
    );
  });
});
