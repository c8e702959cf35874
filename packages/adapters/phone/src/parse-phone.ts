import type { PhoneProblem } from "@veristep/core";
import { plainDigits } from "@veristep/core/code-text";
import {
  getCountryCallingCode,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber,
} from "libphonenumber-js/max";
import { err, ok, type Result } from "neverthrow";

export type { PhoneProblem } from "@veristep/core";
export type { CountryCode } from "libphonenumber-js/max";

/**
 * The longest input that is looked at, in UTF-16 code units. E.164 has 15 digits at most; the rest is room
 * for the separators that people type.
 */
export const maxPhoneInputLength = 64;

/** The options of {@link parsePhone}. */
export interface ParsePhoneOptions {
  /** The country of a number that is typed without `+` and calling code: ISO 3166-1 alpha-2, as `BG`. */
  readonly defaultCountry?: CountryCode | undefined;
}

/**
 * The library takes up to 17 digits for a few countries (Germany, Indonesia), and local numbers without an
 * area code. E.164 ends at 15 digits; the shortest numbers that can be called from abroad have 7 (Niue).
 */
const maxDigits = 15;
const minDigits = 7;

/** Countries whose numbers may begin with a zero. In all others it is a trunk prefix that is left over. */
const KEEPS_ZERO = new Set(["39", "225", "241", "242", "378"]);

/** Writes a number as the library reads it: "++", "+00" and "tel:" come from forms, files and links. */
const tidied = (input: string): string =>
  plainDigits(input)
    .normalize("NFKC")
    .trim()
    .replace(/^tel:\s*/i, "")
    .replace(/^\++\s*(?:00)?/, (pluses) => (pluses === "" ? "" : "+"));

/** Mexico called its mobile numbers with a 1 until 2019 (from abroad), and with 01, 044 and 045 (within). */
function withoutOldPrefix(text: string, country: CountryCode | undefined): string {
  const digits = text.replaceAll(/[\s().-]/g, "");
  const [, abroad] = /^(?:\+|00)521(\d{10})$/.exec(digits) ?? [];
  if (abroad !== undefined) return `+52${abroad}`;
  const [, within] = (country === "MX" ? /^(?:1|01|044|045)(\d{10})$/ : /^$/).exec(digits) ?? [];
  return within ?? text;
}

/** The calling code of a number that may be too short to be read. */
function callingCodeOf(
  number: PhoneNumber | undefined,
  text: string,
  country: CountryCode | undefined,
): string | null {
  if (number !== undefined) return `+${number.countryCallingCode}`;
  return text.startsWith("+") || country === undefined ? null : `+${getCountryCallingCode(country)}`;
}

/**
 * Turns what the user typed into an E.164 number (`+359888123456`).
 *
 * A number is taken if its digits are in a range that is known to be in use in its country ("is valid" of
 * libphonenumber). Ranges are opened all the time, so a number of another range is a question for the user, see
 * `unknownRange`.
 *
 * The length is capped before the library sees the input. The function never throws.
 */
export function parsePhone(
  input: string,
  { defaultCountry }: ParsePhoneOptions = {},
): Result<string, PhoneProblem> {
  if (input.length > maxPhoneInputLength) return err({ kind: "notANumber" });
  const options = defaultCountry === undefined ? {} : { defaultCountry };
  const text = withoutOldPrefix(tidied(input), defaultCountry);
  // Refuses a number with text around it as well, which the parser below would dig out.
  const lengthProblem = validatePhoneNumberLength(text, options);
  const number = parsePhoneNumberFromString(text, options);
  const callingCode = callingCodeOf(number, text, defaultCountry);
  switch (lengthProblem) {
    case "NOT_A_NUMBER":
      return err({ kind: "notANumber" });
    case "INVALID_COUNTRY":
      return err({ kind: text.startsWith("+") ? "unknownCountry" : "countryMissing" });
    case "TOO_SHORT":
      return err({ kind: "tooShort", callingCode });
    case "TOO_LONG":
      return err({ kind: "tooLong", callingCode });
    case "INVALID_LENGTH":
      return err({ kind: "notValid", callingCode });
    case undefined:
  }
  if (number === undefined) return err({ kind: "notANumber" });
  if (number.ext !== undefined) return err({ kind: "extension" });
  const e164 = number.number;
  if (e164.length > 1 + maxDigits) return err({ kind: "tooLong", callingCode });
  if (e164.length < 1 + minDigits) return err({ kind: "tooShort", callingCode });
  if (number.isValid()) return ok(e164);
  const { countryCallingCode, nationalNumber } = number;
  if (nationalNumber.startsWith("0") && !KEEPS_ZERO.has(countryCallingCode)) {
    // The library leaves the zero where the rest is no number either: what is wrong with the rest?
    const rest = nationalNumber.replace(/^0+/, "");
    return rest === "" ? err({ kind: "notValid", callingCode }) : parsePhone(`+${countryCallingCode}${rest}`);
  }
  return err({
    kind: "unknownRange",
    callingCode: `+${countryCallingCode}`,
    number: e164,
    international: number.formatInternational(),
  });
}
