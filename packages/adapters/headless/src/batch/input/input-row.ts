import type { UserId } from "@veristep/core";
import type { CountryCode } from "@veristep/phone";
import type { VerifyRow } from "../outcome.js";
import { emailOf, phoneOf, referenceOf, sameAddress, textOf, userIdOf, type Checked } from "./cells.js";
import type { Role } from "./column-names.js";

/** A row of the input that can be worked on. */
export interface InputRow extends VerifyRow {
  /** The line on which it ends, 1 for the first: stable between runs, and what an editor shows. */
  readonly number: number;
  readonly reference: string | null;
}

/** A row that can't be. */
export interface BadRow {
  readonly number: number;
  readonly userId: UserId | null;
  readonly reference: string | null;
  /** What is wrong: `phone:plusLost`, `userId:spreadsheet`, `line:malformed`. Quotes nothing. */
  readonly reason: string;
}

export const isBad = (row: InputRow | BadRow): row is BadRow => "reason" in row;

/** The address and the number of a row, as the service compares them. */
export const contactsOf = (row: InputRow | BadRow): string[] =>
  isBad(row)
    ? []
    : [row.email === undefined ? undefined : sameAddress(row.email), row.phone].filter(
        (contact) => contact !== undefined,
      );

/** A line of the input, and its whole text for telling it apart from another one. */
export interface ReadRow {
  readonly content: string;
  readonly row: InputRow | BadRow;
}

/** The cells of a line, by what their columns are for. */
export type Cells = Readonly<Record<Role, readonly unknown[]>>;

/** How cells are read. */
export interface CellReading {
  /** The country of numbers without a country code; undefined: each needs one. */
  readonly country?: CountryCode | undefined;
  /** Whether letters beyond ASCII may be others than they seem: none is taken into an address then. */
  readonly isEncodingGuessed?: boolean | undefined;
}

/** Returns the one value of several columns. The user has to choose between two that differ. */
function only(
  cells: readonly unknown[],
  role: Role,
  read: (cell: unknown) => Checked<string | undefined>,
  keyOf: (value: string) => string,
): Checked<string | undefined> {
  const values = new Map<string, string>();
  for (const cell of cells) {
    const checked = read(cell);
    if ("problem" in checked) return checked;
    if (checked.value !== undefined) values.set(keyOf(checked.value), checked.value);
  }
  const [value] = values.values();
  return values.size > 1 ? { problem: `${role}:several` } : { value };
}

const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);

/** Checks the cells of a line (B42). */
export function readCells(number: number, cells: Cells, reading: CellReading = {}): ReadRow {
  const { country, isEncodingGuessed = false } = reading;
  const reference = referenceOf(cells.reference[0], country);
  const userId = userIdOf(cells.userId[0]);
  const email = only(cells.email, "email", emailOf, sameAddress);
  const phone = only(
    cells.phone,
    "phone",
    (cell) => phoneOf(cell, country),
    (same) => same,
  );
  const all = [...cells.userId, ...cells.email, ...cells.phone, ...cells.reference];
  const content = JSON.stringify(all.map(textOf));
  const bad = (reason: string): ReadRow => ({
    content,
    row: { number, userId: "value" in userId ? userId.value : null, reference, reason },
  });
  if ("problem" in userId) return bad(userId.problem);
  if ("problem" in email) return bad(email.problem);
  if (email.value === undefined) return bad("email:missing");
  if (isEncodingGuessed && !isAscii(email.value)) return bad("email:encoding");
  if ("problem" in phone) return bad(phone.problem);
  return {
    content,
    row: { number, userId: userId.value, email: email.value, phone: phone.value, reference },
  };
}

/** A row whose cells can't be told apart. */
export const unreadable = (number: number, content: string, reason: string): ReadRow => ({
  content,
  row: { number, userId: null, reference: null, reason },
});
