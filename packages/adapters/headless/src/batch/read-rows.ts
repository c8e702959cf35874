import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createLineSplitter } from "../code-sources/line-splitter.js";
import { inputErrorOf } from "./input-error.js";
import { malformed, readCells, type Cells, type ReadRow } from "./input-row.js";
import { columnOf, LONGEST_ROW, type RawRow } from "./raw-row.js";
import { readCsv } from "./read-csv.js";

export type InputFormat = "csv" | "ndjson";

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
async function* readNdjson(input: Readable): AsyncGenerator<RawRow> {
  let read: RawRow[] = [];
  const splitter = createLineSplitter(LONGEST_ROW, (text, number) => {
    if (text === null) read.push({ number, cells: null, text: "" });
    if (text === null || text.trim() === "") return;
    read.push({ number, cells: cellsOf(text.replace(/^\uFEFF/, "")), text });
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

const rawRows = (input: Readable, format: InputFormat): AsyncGenerator<RawRow> =>
  format === "csv" ? readCsv(input) : readNdjson(input);

/**
 * Reads an input row by row: memory is flat in its length.
 *
 * @throws InputError where it is no input at all, where rows may be hidden in what is damaged (B42), and where it can't
 *   be read. The rows before that are given.
 */
export async function* readRows(input: Readable, format: InputFormat): AsyncGenerator<ReadRow> {
  try {
    for await (const { number, cells, text } of rawRows(input, format)) {
      yield cells === null ? malformed(number, text) : readCells(number, cells);
    }
  } catch (error) {
    throw inputErrorOf(error);
  }
}

/** Reads an input to its end, and checks no cell of it. @returns how many rows there are. @throws as {@link readRows} */
export async function countInput(input: Readable, format: InputFormat): Promise<number> {
  let rows = 0;
  try {
    for await (const _ of rawRows(input, format)) rows += 1;
  } catch (error) {
    throw inputErrorOf(error);
  }
  return rows;
}
