import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from "libphonenumber-js/max";

export type { CountryCode } from "libphonenumber-js/max";

/** The countries that have their calling code for themselves, by this code. */
const onlyCountries = new Map<string, CountryCode>();
const shared = new Set<string>();
for (const country of getCountries()) {
  const code = getCountryCallingCode(country);
  if (onlyCountries.has(code)) shared.add(code);
  onlyCountries.set(code, country);
}
for (const code of shared) onlyCountries.delete(code);

const E164 = /^\+\d{7,15}$/;

/**
 * Returns the country of an E.164 number (ISO 3166-1 alpha-2), or null where none is known: several countries
 * share a calling code (+1 is that of Jamaica too), and some of their ranges aren't assigned.
 *
 * For servers: it loads the full metadata, which is too large for a page.
 */
export function phoneCountry(e164: string): CountryCode | null {
  if (e164.length > 16) return null;
  if (E164.test(e164)) {
    // No calling code begins with another one. Parsing a number takes forty times as long.
    for (const digits of [3, 2, 1]) {
      const country = onlyCountries.get(e164.slice(1, 1 + digits));
      if (country !== undefined) return country;
    }
  }
  return parsePhoneNumberFromString(e164)?.country ?? null;
}

/** Whether a code names a country that has phone numbers. */
export const isPhoneCountry = (code: string): code is CountryCode => isSupportedCountry(code);
