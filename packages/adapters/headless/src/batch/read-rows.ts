import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { parse, type Info } from "csv-parse";
import { createLineSplitter } from "../code-sources/line-splitter.js";
import { InputError } from "./input-error.js";
import { malformed, readCells, type Cells, type ReadRow } from "./input-row.js";

export type InputFormat = "csv" | "ndjson";

/** No row of this kind is longer; a quote that is never closed would swallow the file otherwise. */
const LONGEST_ROW = 16_384;

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

const columnOf = (header: string): keyof Cells | undefined =>
  columns[header.toLowerCase().replaceAll(/[\s_-]/g, "")];

interface ParsedLine {
  readonly info: Pick<Info, "lines">;
  readonly record: Readonly<Record<string, string>>;
}

/** Rows of a CSV file: BOM, CRLF and line ends within quotes are fine; `;` and tabs separate as well as `,`. */
async function* readCsv(input: Readable): AsyncGenerator<ReadRow> {
  let known = false;
  const skipped: number[] = [];
  /** The line at which a row became too long: from there on the parser has lost its way. */
  let lostAt = Number.POSITIVE_INFINITY;
  const parser = parse({
    bom: true,
    delimiter: [",", ";", "\t"],
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: true,
    skipRecordsWithError: true,
    maxRecordSize: LONGEST_ROW,
    info: true,
    columns: (headers: string[]) => {
      const found = headers.map((header) => columnOf(header) ?? false);
      known = found.includes("userId");
      return found;
    },
    onSkip: (error) => {
      const line = Number(error?.["lines"] ?? 0);
      if (error?.code === "CSV_MAX_RECORD_SIZE") lostAt = Math.min(lostAt, line);
      else if (error !== undefined) skipped.push(line);
      return undefined;
    },
  });
  input.on("error", (error) => parser.destroy(error));
  input.pipe(parser);
  const skippedUntil = function* (line: number) {
    for (let at = skipped[0]; at !== undefined && at < line; at = skipped[0]) {
      skipped.shift();
      yield malformed(at, "");
    }
  };
  const refuseLost = (line: number) => {
    if (line < lostAt) return;
    throw new InputError(
      `Line ${lostAt} is longer than ${LONGEST_ROW} characters, or a quote before it is never closed. Mend it, and run this again.`,
    );
  };
  for await (const line of parser) {
    if (!known) throw new InputError("The input has no column for the user id (userId).");
    // With `info` and `columns`, a record comes in this shape.
    const { info, record } = line as ParsedLine;
    yield* skippedUntil(Math.min(info.lines, lostAt));
    refuseLost(info.lines);
    yield readCells(info.lines, record);
  }
  if (!known) throw new InputError("The input has no column for the user id (userId), or no line at all.");
  yield* skippedUntil(lostAt);
  refuseLost(Number.MAX_VALUE);
}

const cellsOf = (text: string): Cells | null => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const cells: { -readonly [K in keyof Cells]: unknown } = {};
    for (const [name, cell] of Object.entries(value)) {
      const column = columnOf(name);
      if (column !== undefined) cells[column] = cell;
    }
    return cells;
  } catch {
    return null;
  }
};

/** Rows of lines with JSON objects, whose members are called as the columns are. */
async function* readNdjson(input: Readable): AsyncGenerator<ReadRow> {
  let read: ReadRow[] = [];
  const splitter = createLineSplitter(LONGEST_ROW, (text, line) => {
    if (text === null) read.push(malformed(line, ""));
    if (text === null || text.trim() === "") return;
    const cells = cellsOf(text.replace(/^\uFEFF/, ""));
    read.push(cells === null ? malformed(line, text) : readCells(line, cells));
  });
  const taken = () => {
    const rows = read;
    read = [];
    return rows;
  };
  for await (const chunk of input) {
    // Streams of files and pipes give bytes.
    splitter.push(chunk as Buffer);
    yield* taken();
  }
  splitter.end();
  yield* taken();
}

/** @param path a file, or `-` for the standard input. */
export const openInput = (path: string): Readable => (path === "-" ? process.stdin : createReadStream(path));

/** Reads an input row by row: memory is flat in its length. @throws InputError when it is no input at all. */
export const readRows = (input: Readable, format: InputFormat): AsyncGenerator<ReadRow> =>
  format === "csv" ? readCsv(input) : readNdjson(input);
