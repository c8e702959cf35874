import { stringify } from "csv-stringify/sync";
import type { Journal } from "./journal/journal.js";
import type { ReportedRow } from "./journal/journal-rows.js";
import type { ReadRow } from "./input/input-row.js";

/** A report is lines of CSV, with a header, or of JSON. */
export type ReportFormat = "csv" | "ndjson";

const COLUMNS = ["line", "userId", "reference", "bucket", "reason", "emailBy", "phoneBy"] as const;

/** The beginnings of all reports, in any version of this program. */
const beginnings = ["line,userId,reference,bucket,reason", '{"line":'];

/** Whether a file that begins so is a report, which a newer one may replace. */
export const isReport = (start: string): boolean =>
  beginnings.some((beginning) => start.startsWith(beginning));

/** So much of a file shows whether it is a report. */
export const REPORT_START = Math.max(...beginnings.map(({ length }) => length));

/**
 * Text that no spreadsheet takes for a formula, whatever separates its cells: OWASP, "CSV injection". A cell begins
 * where the text does, or behind a separator, a quote or a line end.
 */
export const neutral = (text: string): string =>
  text.replaceAll(/(^|[,;|"\t\r\n])([\s"']*)(?=[=+\-@＝＋－＠])/g, "$1$2'");

interface Line {
  readonly line: number;
  readonly userId: ReportedRow["userId"];
  readonly reference: string | null;
  readonly bucket: string;
  readonly reason: string;
  readonly emailBy: string | null;
  readonly phoneBy: string | null;
}

/** The reason of a row that has not ended: it was begun or not, or a dry run has found it fine. */
type OpenReason = "begun" | "notBegun" | "ready";

const lineOf = (row: ReportedRow, open: OpenReason): Line => ({
  line: row.number,
  userId: row.userId,
  reference: row.reference,
  bucket: row.bucket ?? "open",
  reason: row.reason ?? open,
  emailBy: row.evidence?.email ?? null,
  phoneBy: row.evidence?.phone ?? null,
});

function csvLine(line: Line): string {
  const cells = COLUMNS.map((column) => {
    const cell = line[column];
    return typeof cell === "string" ? neutral(cell) : cell;
  });
  return stringify([cells]).trimEnd();
}

export interface ReportOptions {
  readonly journal: Pick<Journal, "rows">;
  readonly format: ReportFormat;
  /** The input from its start, if not all of it was begun: what the journal doesn't know is reported from there. */
  readonly rest: AsyncIterable<ReadRow> | null;
  /** The last line of the input, where all of it was read: what the journal knows beyond that belongs to another input. */
  readonly upTo: number | null;
  /** Called for each row that was not begun. */
  readonly onNotBegun?: () => void;
}

/** The lines before the first row: the header of CSV. */
export const reportHead = (format: ReportFormat): readonly string[] =>
  format === "csv" ? [COLUMNS.join(",")] : [];

/** @param open the reason where the row has not ended. */
export const reportLine = (format: ReportFormat, row: ReportedRow, open: OpenReason): string =>
  format === "csv" ? csvLine(lineOf(row, open)) : JSON.stringify(lineOf(row, open));

/** The lines of a report: one for each row, in the order of the input. Rows that have not ended are `open`. */
export async function* reportLines(options: ReportOptions): AsyncGenerator<string> {
  const { journal, format, rest, upTo, onNotBegun } = options;
  yield* reportHead(format);
  let last = 0;
  for (const row of journal.rows()) {
    last = row.number;
    if (upTo === null || last <= upTo) yield reportLine(format, row, "begun");
  }
  if (rest === null) return;
  for await (const { row } of rest) {
    const { number, userId, reference } = row;
    if (number <= last) continue;
    onNotBegun?.();
    const open = { number, userId, reference, bucket: null, reason: null, evidence: null };
    yield reportLine(format, open, "notBegun");
  }
}
