import { Readable } from "node:stream";
import { parse, type Info } from "csv-parse";
import { parse as parseSync } from "csv-parse/sync";
import { checkColumns, findColumns, type ColumnMapping, type Columns } from "./columns.js";
import type { CountryCode } from "@veristep/phone";
import { delimiters, type Delimiter } from "./delimiters.js";
import { checkHiddenPhones } from "./hidden-phones.js";
import { InputError } from "./input-error.js";
import type { Cells } from "./input-row.js";
import type { InputText } from "./input-text.js";
import { LONGEST_ROW, type RawRow } from "./raw-row.js";

const OPEN_QUOTE = "has a quote that is never closed";
const TOO_LONG = `is longer than ${LONGEST_ROW} characters, or a quote in it is never closed`;

const HIDES_ROWS =
  "has a cell that begins with a quote and goes over several lines: other rows may be hidden in it";

const damaged = (row: string, how: string) => new InputError(`The row ${row} ${how}. Fix it and rerun.`);

/** A stray quote is kept in its cell, which continues to the next quote, over all rows in between. */
const mayHideRows = (cell: string): boolean => cell.startsWith('"') && /[\r\n]/.test(cell);

const candidates: readonly Delimiter[] = [",", ";", "\t", "|"];

const isDelimiter = (text: string): text is Delimiter => Object.hasOwn(delimiters, text);

const format = {
  recordDelimiter: ["\r\n", "\n", "\r"],
  relaxColumnCount: true,
  relaxQuotes: true,
  skipEmptyLines: true,
  // A quote after a space still begins a quoted cell.
  ltrim: true,
  maxRecordSize: LONGEST_ROW,
};

/** The first line of a file that Excel has to open with a certain delimiter: `sep=;`. */
const separatorLine = /^\s*"?sep=(.)"?[ \t]*(?:\r\n|\n|\r|$)/i;

/** The first rows of a text, as far as it goes. */
function firstRows(start: string, delimiter: Delimiter, count: number): ReadonlyArray<readonly string[]> {
  try {
    return parseSync(start, { ...format, delimiter, to: count });
  } catch {
    return [];
  }
}

/** How many rows are looked at before the input is read. */
const LOOKED_AT = 100;

/** How a CSV file is written, and what its columns are for. */
export interface CsvLayout {
  readonly delimiter: Delimiter;
  /** Whether its first line says `sep=…`. */
  readonly hasSeparatorLine: boolean;
  readonly columns: Columns;
}

interface LayoutOptions {
  readonly delimiter?: Delimiter | undefined;
  readonly country?: CountryCode | undefined;
}

const rolesIn = ({ places }: Columns): number =>
  Object.values(places).filter((found) => found.length > 0).length;

/**
 * Finds the one delimiter of a file: the one that is given, or that its first line names, or the one with which the
 * header has the most columns that are known.
 *
 * @throws InputError where the columns don't say whose contacts are verified.
 */
export function csvLayout(
  start: string,
  mapping: ColumnMapping,
  { delimiter: given, country }: LayoutOptions,
): CsvLayout {
  const [line = "", named = ""] = separatorLine.exec(start) ?? [];
  const hasSeparatorLine = line !== "";
  if (hasSeparatorLine && given === undefined && !isDelimiter(named)) {
    throw new InputError(`The first line names a delimiter that can't be read. Name one: --delimiter ";".`);
  }
  const fixed = given ?? (isDelimiter(named) ? named : undefined);
  const layouts = (fixed === undefined ? candidates : [fixed]).map((delimiter) => {
    const [header = []] = firstRows(start.slice(line.length), delimiter, 1);
    return { delimiter, width: header.length, found: layoutColumns(header, mapping) };
  });
  const [best, next] = layouts.toSorted((a, b) => b.found.known - a.found.known || b.width - a.width);
  if (best === undefined) throw new InputError("The input has no header.");
  if (best.found.known > 0 && next?.found.known === best.found.known && next.width > 1 && best.width > 1) {
    const both = `a ${delimiters[best.delimiter]} or a ${delimiters[next.delimiter]}`;
    throw new InputError(`The columns of the header can be separated by ${both}. Say which: --delimiter.`);
  }
  const { columns, problem } = best.found;
  if (columns === null) throw problem;
  checkColumns(columns);
  if (mapping.phone === undefined) {
    const [, ...rows] = firstRows(start.slice(line.length), best.delimiter, LOOKED_AT);
    checkHiddenPhones(columns, rows, country);
  }
  return { delimiter: best.delimiter, hasSeparatorLine, columns };
}

/** The columns of a header as one delimiter cuts it; a problem where it lacks one that the caller has named. */
function layoutColumns(header: readonly string[], mapping: ColumnMapping) {
  try {
    const columns = findColumns(header, mapping);
    return { columns, known: rolesIn(columns), problem: null };
  } catch (problem) {
    if (!(problem instanceof InputError)) throw problem;
    return { columns: null, known: 0, problem };
  }
}

const isBlank = (cell: string): boolean => /^[\s\p{Cf}\p{Cc}]*$/u.test(cell);

/**
 * Whether a row that is too short may have lost a cell before its end, so that what comes after it belongs to other
 * columns. Spreadsheets leave out empty cells at the end; an e-mail address in its place shows that nothing before it is
 * missing.
 */
function mayBeShifted(record: readonly string[], { places, names }: Columns): boolean {
  if (record.length >= names.length) return false;
  const email = Math.min(...places.email);
  return Math.max(...places.userId) > email || email >= record.length;
}

function rowOf(number: number, record: readonly string[], columns: Columns): RawRow {
  const { places, names } = columns;
  const text = JSON.stringify(record);
  if (record.slice(names.length).some((cell) => !isBlank(cell))) {
    return { number, cells: null, text, problem: "line:tooManyCells" };
  }
  if (mayBeShifted(record, columns)) return { number, cells: null, text, problem: "line:tooFewCells" };
  const at = (role: keyof Cells) => places[role].map((place) => record[place]);
  const cells = { userId: at("userId"), email: at("email"), phone: at("phone"), reference: at("reference") };
  return { number, cells, text, problem: null };
}

/** Where the parser has lost its way, and which line it was at. */
interface Damage extends Pick<Info, "lines" | "empty_lines"> {
  readonly isOpenQuote: boolean;
}

interface ParsedLine {
  readonly info: Pick<Info, "lines" | "empty_lines">;
  readonly record: readonly string[];
}

/**
 * Rows of a CSV file. Rows without anything in them, as spreadsheets leave them at the end, are none.
 *
 * @throws InputError at damage that may hide rows, with the line of the row that has it. All before that is given, and
 *   nothing behind it (B42).
 */
export async function* readCsv(text: InputText, layout: CsvLayout): AsyncGenerator<RawRow> {
  const { delimiter, hasSeparatorLine, columns } = layout;
  const damages: Damage[] = [];
  const input = Readable.from(text.pieces);
  const parser = parse({
    ...format,
    delimiter,
    // So that the rows before the damage are given.
    skipRecordsWithError: true,
    info: true,
    onSkip: (error) => {
      const { lines, empty_lines } = parser.info;
      damages.push({ isOpenQuote: error?.code === "CSV_QUOTE_NOT_CLOSED", lines, empty_lines });
      input.unpipe(parser);
      parser.end();
      return undefined;
    },
  });

  /** Lines before the first row: the header, and the one that names the delimiter. */
  let heads = hasSeparatorLine ? 2 : 1;
  /** Where the newest row has ended. */
  let [lastLine, blankLines] = [0, 0];
  /** The parser counts a CRLF within quotes as two lines. */
  let countedTwice = 0;
  const nextLine = ({ empty_lines }: ParsedLine["info"]) => lastLine + empty_lines - blankLines + 1;

  input.on("error", (error) => parser.destroy(error));
  input.pipe(parser);
  try {
    for await (const line of parser) {
      // With `info`, a record comes in this shape.
      const { info, record } = line as ParsedLine;
      if (damages.some(({ lines }) => lines <= info.lines)) break;
      const begins = nextLine(info);
      for (const cell of record) countedTwice += cell.split("\r\n").length - 1;
      [lastLine, blankLines] = [info.lines - countedTwice, info.empty_lines];
      if (record.some(mayHideRows)) throw damaged(`on lines ${begins} to ${lastLine}`, HIDES_ROWS);
      if (heads > 0) heads -= 1;
      else if (!record.every(isBlank)) yield rowOf(lastLine, record, columns);
    }
  } finally {
    input.destroy();
  }
  const [damage] = damages;
  if (damage !== undefined) {
    throw damaged(`that begins on line ${nextLine(damage)}`, damage.isOpenQuote ? OPEN_QUOTE : TOO_LONG);
  }
}
