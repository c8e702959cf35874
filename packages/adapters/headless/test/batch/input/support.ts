import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { openRows, type ReadOptions } from "../../../src/batch/input/read-rows.js";

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/rows/${name}`, import.meta.url));

/** Reads an input as far as it can be read. @param input the name of a fixture, a text, or bytes. */
export async function read(input: string | Uint8Array, options: ReadOptions = {}) {
  const bytes =
    typeof input !== "string" ? input : /^r\d\d-/.test(input) ? fixture(input) : Buffer.from(input);
  const rows: string[] = [];
  try {
    const opened = await openRows(Readable.from([bytes], { objectMode: true }), options);
    const { understood } = opened;
    for await (const { row } of opened.rows) {
      rows.push(
        "reason" in row
          ? `${row.number}: ${row.reason}`
          : `${row.number}: ${row.userId} ${row.email} ${row.phone ?? "-"}${row.reference === null ? "" : ` ${row.reference}`}`,
      );
    }
    return { rows, understood, error: null };
  } catch (error) {
    return {
      rows,
      understood: null,
      error: error instanceof Error ? `${error.name}: ${error.message}` : "?",
    };
  }
}
