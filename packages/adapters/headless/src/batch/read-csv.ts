import type { Readable } from "node:stream";
import { parse, type Info } from "csv-parse";
import { InputError } from "./input-error.js";
import type { Cells } from "./input-row.js";
import { columnOf, LONGEST_ROW, type RawRow } from "./raw-row.js";

const NO_USER_ID = "The input has no column for the user id (userId)";
const OPEN_QUOTE = "has a quote that is never closed";
const TOO_LONG = `is longer than ${LONGEST_ROW} characters, or a quote in it is never closed`;

const HIDES_ROWS =
  "has a cell that begins with a quote and goes over several lines: other rows may be hidden in it";

const damaged = (row: string, how: string) =>
  new InputError(`The row ${row} ${how}. Mend it, and run this again.`);

/** A stray quote is kept in its cell, which goes on to the next one, over all rows in between. */
const mayHideRows = (cell: string): boolean => cell.startsWith('"') && /[\r\n]/.test(cell);

function cellsOf(record: readonly string[], columns: ReadonlyArray<keyof Cells | undefined>): Cells {
  const cells: { -readonly [K in keyof Cells]: unknown } = {};
  for (const [index, column] of columns.entries()) {
    if (column !== undefined) cells[column] = record[index];
  }
  return cells;
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
 * Rows of a CSV file: BOM, CRLF and line ends within quotes are fine; `;` and tabs separate as well as `,`.
 *
 * @throws InputError at damage that may hide rows, with the line of the row that has it. All before that is given, and
 *   nothing behind it (B42).
 */
export async function* readCsv(input: Readable): AsyncGenerator<RawRow> {
  const damages: Damage[] = [];
  const parser = parse({
    bom: true,
    delimiter: [",", ";", "\t"],
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: true,
    // So that the rows before the damage are given.
    skipRecordsWithError: true,
    maxRecordSize: LONGEST_ROW,
    info: true,
    onSkip: (error) => {
      const { lines, empty_lines } = parser.info;
      damages.push({ isOpenQuote: error?.code === "CSV_QUOTE_NOT_CLOSED", lines, empty_lines });
      input.unpipe(parser);
      parser.end();
      return undefined;
    },
  });

  let columns: ReadonlyArray<keyof Cells | undefined> | null = null;
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
      if (columns === null) {
        columns = record.map(columnOf);
        if (!columns.includes("userId")) throw new InputError(`${NO_USER_ID}.`);
      } else yield { number: lastLine, cells: cellsOf(record, columns), text: "" };
    }
  } finally {
    input.destroy();
  }
  const [damage] = damages;
  if (damage !== undefined) {
    throw damaged(`that begins on line ${nextLine(damage)}`, damage.isOpenQuote ? OPEN_QUOTE : TOO_LONG);
  }
  if (columns === null) throw new InputError(`${NO_USER_ID}, or no line at all.`);
}
