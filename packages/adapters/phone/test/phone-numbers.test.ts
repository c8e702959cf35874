import * as fc from "fast-check";
import { getCountries, getCountryCallingCode } from "libphonenumber-js/min";
import { describe, expect, test } from "vitest";
import { maxPhoneInputLength, parsePhone } from "@veristep/phone";

const e164 = /^\+[1-9]\d{6,14}$/;

/** Numbers of different lengths, with and without a national prefix, and a test number of an operator. */
const known = ["+359888123456", "+12015550123", "+442071838750", "+390612345678", "+4915123456789"];

/** What people write between digits. */
const separator = fc.constantFrom("", " ", "-", ".", " (", ") ", "\u202a", "\u202c", "\u00a0");

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

  test("B26: a problem never holds the input", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9]{3,30}( x[0-9]{3})?$/), (input) => {
        parsePhone(input).mapErr((problem) => {
          const { kind, ...rest } = problem;
          expect(kind).not.toMatch(/\d/);
          expect(Object.values(rest).filter((value) => value !== maxPhoneInputLength)).toEqual([]);
        });
      }),
    );
  });

  test("B29: an input over the cap is refused unseen, even where only spaces are too many", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (excess) => {
        const padded = "+359888123456".padEnd(maxPhoneInputLength + excess, " ");
        expect(parsePhone(padded)._unsafeUnwrapErr()).toEqual({
          kind: "inputTooLong",
          maxLength: maxPhoneInputLength,
        });
      }),
    );
    expect(parsePhone("+359888123456".padEnd(maxPhoneInputLength, " ")).isOk()).toBe(true);
  });
});

describe("examples", () => {
  test.each([
    ["0888 123 456", "BG", "+359888123456"],
    ["00359 888 123 456", "BG", "+359888123456"],
    ["+359 (0)888 123 456", undefined, "+359888123456"],
    ["+359888123456", "US", "+359888123456"],
    ["(201) 555-0123", "US", "+12015550123"],
    ["\u202a+359 888 123 456\u202c", undefined, "+359888123456"],
  ] as const)("%s typed in %s is %s", (input, defaultCountry, number) => {
    const options = defaultCountry === undefined ? {} : { defaultCountry };
    expect(parsePhone(input, options)._unsafeUnwrap()).toBe(number);
  });

  test("a number of a range that isn't known to be assigned is taken: only its length counts", () => {
    expect(parsePhone("+359123456789")._unsafeUnwrap()).toBe("+359123456789");
  });

  test.each([
    ["", "notANumber"],
    ["+", "notANumber"],
    ["call me on +359888123456", "notANumber"],
    ["0888 123 456", "unknownCountry"],
    ["+999 123 456", "unknownCountry"],
    ["+1 201 555 012", "tooShort"],
    ["+359 888 123 456 789 012 3", "tooLong"],
    ["+800 123 456 78 9", "tooLong"],
    ["+49 1111 1111 1111 11", "tooLong"],
    ["+43 1111", "tooShort"],
    ["+359 888 123 456 ext. 5", "extension"],
  ])("%s: %s", (input, kind) => {
    expect(parsePhone(input)._unsafeUnwrapErr().kind).toBe(kind);
  });

  test("a length between two possible ones is its own problem", () => {
    // Numbers of Saint Helena have 4 or 5 digits; those of the Faroe Islands 6; of Niue 4 or 7.
    expect(parsePhone("+683 12345")._unsafeUnwrapErr().kind).toBe("impossibleLength");
  });
});
