import type { ReadRow } from "./input-row.js";

/** The rows of an input, counted while they are read. */
export interface CountedRows {
  readonly rows: AsyncIterable<ReadRow>;
  /** How many were read. */
  readonly read: () => number;
  /** The line of the newest one; 0 before the first. */
  readonly last: () => number;
  /** How many there are; null where that is unknown. */
  readonly total: () => number | null;
  /** Whether they were read to the end. */
  readonly isWhole: () => boolean;
}

/** @param counted how many an earlier look has found; null where the input was not read before. */
export function countRows(rows: AsyncIterable<ReadRow>, counted: number | null): CountedRows {
  let read = 0;
  let last = 0;
  let isWhole = false;
  async function* counting() {
    for await (const row of rows) {
      read += 1;
      last = row.row.number;
      yield row;
    }
    isWhole = true;
  }
  return {
    rows: counting(),
    read: () => read,
    last: () => last,
    isWhole: () => isWhole,
    // A file may have grown since.
    total: () => (isWhole ? read : counted === null ? null : Math.max(counted, read)),
  };
}
