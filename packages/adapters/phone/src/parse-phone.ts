import {
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
} from "libphonenumber-js/min";
import { err, ok, type Result } from "neverthrow";

export type { CountryCode } from "libphonenumber-js/min";

/**
 * The longest input that is looked at, in UTF-16 code units. E.164 has 15 digits at most; the rest is room
 * for the separators that people type.
 */
export const maxPhoneInputLength = 64;

/**
 * Why an input isn't a phone number that a code can be sent to. Plain JSON that never holds the input, so it
 * may be logged.
 */
export type PhoneProblem =
  /** The input is longer than {@link maxPhoneInputLength}; nothing of it was parsed. */
  | { readonly kind: "inputTooLong"; readonly maxLength: number }
  /** Nothing in it is a phone number, or there is text around one. */
  | { readonly kind: "notANumber" }
  /** A national number without a (known) default country, or a calling code that no country has. */
  | { readonly kind: "unknownCountry" }
  /** Fewer digits than any number of that country has, or than can be called from abroad. */
  | { readonly kind: "tooShort" }
  /** More digits than any number of that country has, or than E.164 allows. */
  | { readonly kind: "tooLong" }
  /** A number of digits between the shortest and the longest that no number of that country has. */
  | { readonly kind: "impossibleLength" }
  /** A number with an extension: a text message can't be sent to one. */
  | { readonly kind: "extension" };

/** What {@link parsePhone} takes besides the input. */
export interface ParsePhoneOptions {
  /** The country of a number that is typed without `+` and calling code: ISO 3166-1 alpha-2, as `BG`. */
  readonly defaultCountry?: CountryCode;
}

/**
 * Turns what a person typed into an E.164 number (`+359888123456`).
 *
 * A number is taken if its length is possible for its country ("is possible" of libphonenumber), not only if
 * its digits are in a range that is known to be assigned ("is valid"): ranges are opened all the time, the
 * metadata here is as old as the last release, and operators' test numbers are outside the ranges on purpose.
 * Whether the number takes messages is proved by the code that is sent to it, not by its digits.
 *
 * The length is capped before the library sees the input. The function never throws.
 */
export function parsePhone(input: string, options: ParsePhoneOptions = {}): Result<string, PhoneProblem> {
  if (input.length > maxPhoneInputLength) {
    return err({ kind: "inputTooLong", maxLength: maxPhoneInputLength });
  }
  // Numbers copied from an address book come wrapped in invisible direction marks.
  const visible = input.replaceAll(/\p{Cf}/gu, "");
  // Refuses a number with text around it as well, which the parser below would dig out.
  const lengthProblem = validatePhoneNumberLength(visible, options);
  if (lengthProblem !== undefined) return err(problems[lengthProblem]);
  const number = parsePhoneNumberFromString(visible, options);
  if (number === undefined) return err({ kind: "notANumber" });
  if (number.ext !== undefined) return err({ kind: "extension" });
  if (number.number.length > 1 + maxDigits) return err({ kind: "tooLong" });
  if (number.number.length < 1 + minDigits) return err({ kind: "tooShort" });
  return ok(number.number);
}

/**
 * The library takes up to 17 digits for a few countries (Germany, Indonesia), and local numbers without an
 * area code. E.164 ends at 15 digits; the shortest numbers that can be called from abroad have 7 (Niue).
 */
const maxDigits = 15;
const minDigits = 7;

const problems = {
  NOT_A_NUMBER: { kind: "notANumber" },
  INVALID_COUNTRY: { kind: "unknownCountry" },
  TOO_SHORT: { kind: "tooShort" },
  TOO_LONG: { kind: "tooLong" },
  INVALID_LENGTH: { kind: "impossibleLength" },
} as const satisfies Record<string, PhoneProblem>;
