import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/max";

export type { CountryCode } from "libphonenumber-js/max";

/**
 * Returns the country of an E.164 number (ISO 3166-1 alpha-2), or null where none is known: several countries
 * share a calling code (+1 is that of Jamaica too), and some of their ranges aren't assigned.
 *
 * For servers: it loads the full metadata, which is too large for a page.
 */
export function phoneCountry(e164: string): CountryCode | null {
  return e164.length > 16 ? null : (parsePhoneNumberFromString(e164)?.country ?? null);
}

/** Whether a code names a country that has phone numbers. */
export const isPhoneCountry = (code: string): code is CountryCode => isSupportedCountry(code);
