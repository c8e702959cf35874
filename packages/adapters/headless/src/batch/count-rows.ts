import { createReadStream } from "node:fs";
import type { ReadRow } from "./input-row.js";
import type { InputFormat } from "./read-rows.js";

/** The rows of an input, counted while they are read. */
export interface CountedRows {
  readonly rows: AsyncIterable<ReadRow>;
  /** How many were read. */
  readonly read: () => number;
  /** The line of the newest one; 0 before the first. */
  readonly last: () => number;
  /** Whether all were. */
  readonly isWhole: () => boolean;
  /**
   * How many there are: exactly, once all are read; before that there may be fewer, where lines are blank or rows go over
   * several. null where nobody knows.
   */
  readonly total: () => number | null;
}

/** @param lines how many lines the input has; null where nobody knows. */
export function countRows(
  rows: AsyncIterable<ReadRow>,
  lines: number | null,
  format: InputFormat,
): CountedRows {
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
    total: () => {
      if (isWhole) return read;
      const header = format === "csv" ? 1 : 0;
      return lines === null ? null : read + Math.max(lines - Math.max(last, header), 0);
    },
  };
}

const LINE_END = 10;

/** How many lines a file has, the last one included that has no end. */
export async function countLines(path: string): Promise<number> {
  let lines = 0;
  let lastByte: number | undefined = LINE_END;
  // Streams of files give bytes.
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(LINE_END); at !== -1; at = chunk.indexOf(LINE_END, at + 1)) lines += 1;
    lastByte = chunk.at(-1);
  }
  return lastByte === LINE_END ? lines : lines + 1;
}
