import type { Cells } from "./input-row.js";

/** No row is longer, in characters: whatever is would fill the memory. */
export const LONGEST_ROW = 16_384;

/** A row as it stands in the input, unchecked. */
export interface RawRow {
  /** The line on which it ends. */
  readonly number: number;
  /** null: it can't be read. */
  readonly cells: Cells | null;
  /** Of a row that can't be read, as far as it is known. */
  readonly text: string;
}

/** What the columns may be called, without case, spaces, "-" and "_". */
const columns: Readonly<Record<string, keyof Cells>> = {
  userid: "userId",
  id: "userId",
  user: "userId",
  email: "email",
  emailaddress: "email",
  mail: "email",
  phone: "phone",
  phonenumber: "phone",
  mobile: "phone",
  reference: "reference",
  ref: "reference",
};

/** The column that is called so. */
export const columnOf = (header: string): keyof Cells | undefined =>
  columns[header.toLowerCase().replaceAll(/[\s_-]/g, "")];
