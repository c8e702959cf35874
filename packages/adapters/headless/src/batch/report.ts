import type { UserId } from "@veristep/core";
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import type { ReadRow } from "./input-row.js";
import type { Journal, ReportedRow } from "../journal/journal.js";

/** A cell that a spreadsheet would take for a formula is made text of, as OWASP says (CSV injection). */
const neutral = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

interface Line {
  readonly line: number;
  /** Empty where the row has none. */
  readonly userId: UserId;
  readonly reference: string;
  readonly bucket: string;
  readonly reason: string;
}

const lineOf = ({ number, userId, reference, bucket, reason }: ReportedRow, open: string): Line => ({
  line: number,
  userId: userId ?? "",
  reference: reference ?? "",
  bucket: bucket ?? "open",
  reason: reason ?? open,
});

const csvLine = (line: Line): Line => ({
  ...line,
  reference: neutral(line.reference),
  reason: neutral(line.reason),
});

const jsonLine = (line: Line): string => `${JSON.stringify(line)}\n`;

export interface ReportOptions {
  readonly journal: Journal;
  /** The input from its start, if not all of it was begun: what the journal doesn't know is reported from there. */
  readonly rest: AsyncIterable<ReadRow> | null;
  /** A file that ends in `.ndjson` or `.jsonl` gets JSON, any other CSV. */
  readonly path: string;
  /** The last line of the input, where all of it was read: what the journal knows beyond that is another input's. */
  readonly upTo: number | null;
  /** The reason of rows that the journal knows and that have not ended. */
  readonly unfinished: "begun" | "ready";
}

/**
 * Writes the report of a batch: one line for each row, in the order of the input. Rows that have not ended are `open`,
 * for the reason `begun` or `notBegun` (or `ready`, where nothing is done). The file is written beside its place and
 * then put there, so a report is whole or not there.
 *
 * @returns how many rows were not begun.
 */
export async function writeReport({ journal, rest, path, upTo, unfinished }: ReportOptions): Promise<number> {
  let notBegun = 0;
  async function* lines<Shape>(shape: (line: Line) => Shape) {
    let last = 0;
    for (const row of journal.rows()) {
      last = row.number;
      if (upTo === null || last <= upTo) yield shape(lineOf(row, unfinished));
    }
    if (rest === null) return;
    for await (const { row } of rest) {
      const { number, userId, reference } = row;
      if (number <= last) continue;
      notBegun += 1;
      yield shape(lineOf({ number, userId, reference, bucket: null, reason: null }, "notBegun"));
    }
  }
  const part = `${path}.part`;
  const file = createWriteStream(part, { mode: 0o600 });
  if (/\.(ndjson|jsonl)$/i.test(path)) {
    await pipeline(Readable.from(lines(jsonLine)), file);
  } else {
    const columns = ["line", "userId", "reference", "bucket", "reason"];
    await pipeline(Readable.from(lines(csvLine)), stringify({ header: true, columns }), file);
  }
  await rename(part, path);
  return notBegun;
}
