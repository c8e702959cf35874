import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import type { Journal, ReportedRow } from "../journal/journal.js";

/** A cell that a spreadsheet would take for a formula is made text of, as OWASP says (CSV injection). */
const neutral = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const lineOf = ({ number, userId, reference, bucket, reason }: ReportedRow) => ({
  line: number,
  userId: userId ?? "",
  reference: reference ?? "",
  bucket: bucket ?? "open",
  reason: reason ?? "",
});

function* csvLines(rows: Iterable<ReportedRow>) {
  for (const row of rows) {
    const line = lineOf(row);
    yield { ...line, reference: neutral(line.reference), reason: neutral(line.reason) };
  }
}

function* jsonLines(rows: Iterable<ReportedRow>) {
  for (const row of rows) yield `${JSON.stringify(lineOf(row))}\n`;
}

/**
 * Writes the report of a batch: one line for each row that was begun, in the order of the input. A file that ends in
 * `.ndjson` or `.jsonl` gets JSON, any other CSV. It is written beside its place and then put there, so a report is
 * whole or not there.
 */
export async function writeReport(journal: Journal, path: string): Promise<void> {
  const unfinished = `${path}.part`;
  const file = createWriteStream(unfinished, { mode: 0o600 });
  if (/\.(ndjson|jsonl)$/i.test(path)) {
    await pipeline(Readable.from(jsonLines(journal.rows())), file);
  } else {
    const columns = ["line", "userId", "reference", "bucket", "reason"];
    await pipeline(Readable.from(csvLines(journal.rows())), stringify({ header: true, columns }), file);
  }
  await rename(unfinished, path);
}
