import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { CountryCode } from "@veristep/phone";
import type { ColumnMapping, Columns } from "./columns.js";
import type { Delimiter } from "./delimiters.js";
import { inputErrorOf } from "./input-error.js";
import { readCells, unreadable, type CellReading, type ReadRow } from "./input-row.js";
import { readText, type InputText } from "./input-text.js";
import type { RawRow } from "./raw-row.js";
import { csvLayout, readCsv, type CsvLayout } from "./read-csv.js";
import { RECORD_SEPARATOR } from "./json-texts.js";
import { jsonColumns, jsonLayout, readJson, type JsonLayout } from "./read-json.js";

export type InputFormat = "csv" | "ndjson";

/** How an input is to be read; what is left out is found out from its beginning. */
export interface ReadOptions {
  readonly format?: InputFormat | undefined;
  readonly delimiter?: Delimiter | undefined;
  readonly columns?: ColumnMapping | undefined;
  /** The country of phone numbers without a country code. */
  readonly country?: CountryCode | undefined;
}

/** How an input was understood, for the user to check before anything is sent. */
export interface Understood {
  readonly format: "csv" | "json lines" | "json array";
  readonly delimiter: Delimiter | null;
  readonly encoding: string;
  /** Whether nothing but the bytes themselves says that it is this encoding. */
  readonly isEncodingGuessed: boolean;
  readonly columns: Columns;
}

/** An input whose beginning was read. */
export interface OpenedRows {
  readonly understood: Understood;
  /** Memory is flat in their number. @throws as {@link openRows}, at a place in the middle. */
  readonly rows: AsyncIterable<ReadRow>;
}

/** @param path a file, or `-` for the standard input. */
export const openInput = (path: string): Readable => (path === "-" ? process.stdin : createReadStream(path));

/** Input that begins with a bracket is JSON, whatever the name of the file. */
const formatOf = (start: string): InputFormat =>
  /^\s*[{[]/.test(start.replace(RECORD_SEPARATOR, "")) ? "ndjson" : "csv";

type Layout = { readonly csv: CsvLayout } | { readonly json: JsonLayout };

function understood({ encoding, isGuessed }: InputText, layout: Layout, columns: Columns): Understood {
  return {
    format: "csv" in layout ? "csv" : layout.json === "array" ? "json array" : "json lines",
    delimiter: "csv" in layout ? layout.csv.delimiter : null,
    encoding,
    isEncodingGuessed: isGuessed,
    columns,
  };
}

async function* checked(raw: AsyncIterable<RawRow>, reading: CellReading): AsyncGenerator<ReadRow> {
  try {
    for await (const { number, cells, text, problem } of raw) {
      yield cells === null
        ? unreadable(number, text, problem ?? "line:malformed")
        : readCells(number, cells, reading);
    }
  } catch (error) {
    throw inputErrorOf(error);
  }
}

/**
 * Reads the beginning of an input, and says how it understands it. Everything is told apart by content: a byte order
 * mark, UTF-16 without one, older encodings, the delimiter, JSON lines or one array.
 *
 * @throws InputError where it holds no rows that can be told apart, and, while the rows are read, where rows may be
 *   hidden in what is damaged (B42). The rows before that are given.
 */
export async function openRows(
  input: AsyncIterable<Uint8Array | string>,
  options: ReadOptions = {},
): Promise<OpenedRows> {
  const { columns: mapping = {}, country } = options;
  try {
    const text = await readText(input);
    const { start } = text;
    const reading = { country, isEncodingGuessed: text.isGuessed };
    if ((options.format ?? formatOf(start)) === "csv") {
      const csv = csvLayout(start, mapping, options);
      return {
        understood: understood(text, { csv }, csv.columns),
        rows: checked(readCsv(text, csv), reading),
      };
    }
    const json = jsonLayout(start);
    const columns = await jsonColumns(start, json, mapping, country);
    return {
      understood: understood(text, { json }, columns),
      rows: checked(readJson(text, json, mapping), reading),
    };
  } catch (error) {
    throw inputErrorOf(error);
  }
}

/**
 * Reads an input row by row.
 *
 * @throws InputError as {@link openRows} does.
 */
export async function* readRows(
  input: AsyncIterable<Uint8Array | string>,
  options: ReadOptions = {},
): AsyncGenerator<ReadRow> {
  yield* (await openRows(input, options)).rows;
}
