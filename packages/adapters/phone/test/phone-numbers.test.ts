import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import {
  getCountries,
  getCountryCallingCode,
  isValidPhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import { describe, expect, test } from "vitest";
import { maxPhoneInputLength, parsePhone, type CountryCode } from "@veristep/phone";
import { phoneCountry } from "@veristep/phone/country";

const e164 = /^\+[1-9]\d{6,14}$/;

/** Numbers of different lengths, with and without a national prefix, and a test number of an operator. */
const known = ["+359888123456", "+12015550123", "+442071838750", "+390612345678", "+4915123456789"];

/** Characters that people write between digits. */
const separator = fc.constantFrom("", " ", "-", ".", " (", ") ", "\u202a", "\u202c", "\u00a0");

interface Case {
  readonly typed: string;
  readonly country: CountryCode | null;
  readonly e164?: string;
  readonly refused?: string;
}

const { cases } = JSON.parse(
  readFileSync(new URL("fixtures/phone-numbers.json", import.meta.url), "utf8"),
) as { readonly cases: readonly Case[] }; // The fixture's own shape, which the test below would miss.

describe("properties", () => {
  test("B29: any input ends in E.164 or in a problem, and is never thrown at", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (input) => {
        parsePhone(input, { defaultCountry: "BG" }).match(
          (number) => expect(number).toMatch(e164),
          (problem) => expect(problem.kind).toMatch(/^[a-zA-Z]+$/),
        );
      }),
    );
  });

  test("B29: E.164 has 7 to 15 digits, in every country", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...getCountries()),
        fc.stringMatching(/^[1-9]{2,17}$/),
        (defaultCountry, typed) => {
          const international = `+${getCountryCallingCode(defaultCountry)}${typed}`;
          for (const result of [parsePhone(typed, { defaultCountry }), parsePhone(international)]) {
            expect(result.unwrapOr("+1234567")).toMatch(e164);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("a number's country is the library's, whatever the calling code and the digits", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+[0-9]{0,17}$/), (phone) => {
        const country = phone.length > 16 ? null : (parsePhoneNumberFromString(phone)?.country ?? null);
        expect(phoneCountry(phone)).toBe(country);
      }),
      { numRuns: 3000 },
    );
  });

  test("B29: what comes out goes in again, unchanged", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9+ ().-]{5,20}$/), (input) => {
        parsePhone(input, { defaultCountry: "BG" }).map((number) =>
          expect(parsePhone(number)._unsafeUnwrap()).toBe(number),
        );
      }),
    );
  });

  test("separators and direction marks change nothing", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...known),
        fc.array(separator, { minLength: 12, maxLength: 12 }),
        (number, separators) => {
          const [plus, ...digits] = number;
          const typed = digits.map((digit, at) => `${digit}${separators[at] ?? ""}`).join("");
          fc.pre(typed.length < maxPhoneInputLength);
          expect(parsePhone(`${plus}${typed}`)._unsafeUnwrap()).toBe(number);
        },
      ),
    );
  });

  test("what is taken is valid, and what is plausible is a question (B29)", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...getCountries()),
        fc.stringMatching(/^[0-9]{4,12}$/),
        (country, typed) => {
          const result = parsePhone(`+${getCountryCallingCode(country)} ${typed}`);
          result.match(
            (number) => expect(isValidPhoneNumber(number)).toBe(true),
            (problem) => {
              if (problem.kind !== "unknownRange") return;
              expect(isValidPhoneNumber(problem.number)).toBe(false);
              expect(problem.international.replaceAll(" ", "")).toBe(problem.number);
            },
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("a number in the digits of any script is the same number", () => {
    const zeros = fc.constantFrom(0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0xff10);
    fc.assert(
      fc.property(fc.constantFrom(...known), zeros, (number, zero) => {
        const typed = number.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
        expect(parsePhone(typed)._unsafeUnwrap()).toBe(number);
      }),
    );
  });

  test("B26: no problem but a question holds the input", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9]{3,30}( x[0-9]{3})?$/), (input) => {
        parsePhone(input).mapErr((problem) => {
          const { kind, ...rest } = problem;
          expect(kind).not.toMatch(/\d/);
          expect(kind === "unknownRange" || !/\d{4}/.test(JSON.stringify(rest))).toBe(true);
        });
      }),
    );
  });

  test("B29: an input over the cap is refused unseen, even where only spaces are too many", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (excess) => {
        const padded = "+359888123456".padEnd(maxPhoneInputLength + excess, " ");
        expect(parsePhone(padded)._unsafeUnwrapErr()).toEqual({ kind: "notANumber" });
      }),
    );
    expect(parsePhone("+359888123456".padEnd(maxPhoneInputLength, " ")).isOk()).toBe(true);
  });
});

describe("examples", () => {
  test.each(cases)("$typed, typed in $country", ({ typed, country, e164, refused }) => {
    const result = parsePhone(typed, country === null ? {} : { defaultCountry: country });
    expect(result.isOk() ? { e164: result.value } : { refused: result.error.kind }).toEqual(
      e164 === undefined ? { refused } : { e164 },
    );
  });

  test.each([
    ["00359 888 123 456", "BG", "+359888123456"],
    ["+359 (0)888 123 456", undefined, "+359888123456"],
    ["+359888123456", "US", "+359888123456"],
    ["(201) 555-0123", "US", "+12015550123"],
    ["+44 07911 123456", undefined, "+447911123456"],
    ["+39 (0)6 1234 5678", undefined, "+390612345678"],
    ["+52 1 55 1234 5678", undefined, "+525512345678"],
    ["00521 55 1234 5678", "BG", "+525512345678"],
    ["044 55 1234 5678", "MX", "+525512345678"],
    ["01 55 1234 5678", "MX", "+525512345678"],
    ["+54 11 15 1234 5678", undefined, "+5491112345678"],
    ["tel:+359888123456", undefined, "+359888123456"],
    ["++359 888 123 456", undefined, "+359888123456"],
    ["+00359 888 123 456", undefined, "+359888123456"],
    ["＋３５９８８８１２３４５６", undefined, "+359888123456"],
    ["+359\u00A088\u2011812\u20133456", undefined, "+359888123456"],
    ["359888123456", "BG", "+359888123456"],
    ["8️⃣8️⃣8123456", "BG", "+359888123456"],
  ] as const)("%s typed in %s is %s", (input, defaultCountry, number) => {
    expect(parsePhone(input, { defaultCountry })._unsafeUnwrap()).toBe(number);
  });

  test.each([
    ["", undefined, { kind: "notANumber" }],
    ["+", undefined, { kind: "notANumber" }],
    ["call me on +359888123456", undefined, { kind: "notANumber" }],
    ["+359888123456 (work)", undefined, { kind: "notANumber" }],
    ["ivan@example.com", "BG", { kind: "notANumber" }],
    ["0888 123 456", undefined, { kind: "countryMissing" }],
    ["359888123456", undefined, { kind: "countryMissing" }],
    ["+999 123 456", undefined, { kind: "unknownCountry" }],
    ["+1 201 555 012", undefined, { kind: "tooShort", callingCode: "+1" }],
    ["0888 12", "BG", { kind: "tooShort", callingCode: "+359" }],
    ["08", "BG", { kind: "tooShort", callingCode: "+359" }],
    ["112", "BG", { kind: "tooShort", callingCode: "+359" }],
    ["+43 1111", undefined, { kind: "tooShort", callingCode: "+43" }],
    ["+359 888 123 456 789 012 3", undefined, { kind: "tooLong", callingCode: "+359" }],
    ["+800 123 456 78 9", undefined, { kind: "tooLong", callingCode: "+800" }],
    ["+49 1111 1111 1111 11", undefined, { kind: "tooLong", callingCode: "+49" }],
    ["+359 888 123 4567", undefined, { kind: "notValid", callingCode: "+359" }],
    ["+683 12345", undefined, { kind: "notValid", callingCode: "+683" }],
    ["+359 888 123 456 ext. 5", undefined, { kind: "extension" }],
  ] as const)("%s typed in %s is refused", (input, defaultCountry, problem) => {
    expect(parsePhone(input, { defaultCountry })._unsafeUnwrapErr()).toEqual(problem);
  });

  test.each([
    ["+359 86 612 3456", undefined, "+359866123456", "+359 86 612 3456"],
    ["0866 123 456", "BG", "+359866123456", "+359 86 612 3456"],
    ["0612345678", "BG", "+359612345678", "+359 612345678"],
    ["+44 7700 900123", undefined, "+447700900123", "+44 7700 900123"],
    ["+1 555 123 4567", undefined, "+15551234567", "+1 555 123 4567"],
  ] as const)("%s typed in %s is a question", (input, defaultCountry, number, international) => {
    expect(parsePhone(input, { defaultCountry })._unsafeUnwrapErr()).toMatchObject({
      kind: "unknownRange",
      number,
      international,
    });
  });
});
