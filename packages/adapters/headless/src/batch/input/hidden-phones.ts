import type { CountryCode } from "@veristep/phone";
import { phoneOf, textOf } from "./cells.js";
import { quoted, type Columns } from "./columns.js";
import { InputError } from "./input-error.js";

/** Whether a cell is a phone number written as one: with a plus, or 00, or as its country writes it. */
function isPhone(cell: unknown, country: CountryCode | undefined): boolean {
  const text = textOf(cell).replace(/^[='"‘’`]+/, "");
  if (!/^(\+|00|\(?0)/.test(text)) return false;
  const checked = phoneOf(text.replace(/^00/, country === undefined ? "+" : "00"), country);
  return "value" in checked && checked.value !== undefined;
}

/** Of so many cells that are not empty, one may be something else. */
const MOSTLY = 0.8;

/**
 * Looks for phone numbers in a column with an unknown name. Without them, codes would go to all addresses, and every
 * row would end because its number is missing.
 *
 * @param rows the first rows, as cells in the order of the columns.
 * @throws InputError that names the column.
 */
export function checkHiddenPhones(
  { places, names }: Columns,
  rows: ReadonlyArray<readonly unknown[]>,
  country: CountryCode | undefined,
): void {
  if (places.phone.length > 0) return;
  const used = new Set(Object.values(places).flat());
  for (const [place, name] of names.entries()) {
    if (used.has(place)) continue;
    const cells = rows.map((row) => row[place]).filter((cell) => textOf(cell) !== "");
    const phones = cells.filter((cell) => isPhone(cell, country)).length;
    if (phones > 0 && phones >= cells.length * MOSTLY) {
      throw new InputError(
        `No column is known to hold the phone numbers, and ${quoted([name])} looks like one. Say which column it is: --columns phone=NAME, or --columns phone= for none.`,
      );
    }
  }
}
