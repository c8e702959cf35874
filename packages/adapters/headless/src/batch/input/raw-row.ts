import type { Cells } from "./input-row.js";

/** No row is longer, in characters: whatever is would fill the memory. */
export const LONGEST_ROW = 16_384;

/** A row as it stands in the input, unchecked. */
export interface RawRow {
  /** The line on which it ends; in a JSON array the position of the element, 1 for the first. */
  readonly number: number;
  /** null: it can't be read. */
  readonly cells: Cells | null;
  /** The whole row, for telling it apart from another one. */
  readonly text: string;
  /** Why it can't be read: `line:malformed`. */
  readonly problem: string | null;
}
