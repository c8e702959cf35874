import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/max";

/** Whether a text is the code of a country with a numbering plan: ISO 3166-1 alpha-2 in capitals, as `BG`. */
export const isCountryCode = (text: string): text is CountryCode => isSupportedCountry(text);

/**
 * Returns the country of an E.164 number; its calling code, as `+1`, where several countries share it and the number
 * alone doesn't tell which.
 */
export function countryOf(number: string): CountryCode | `+${string}` | null {
  const parsed = parsePhoneNumberFromString(number);
  return parsed === undefined ? null : (parsed.country ?? `+${parsed.countryCallingCode}`);
}
