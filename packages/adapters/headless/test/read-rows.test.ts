import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { readRows } from "../src/batch/read-rows.js";

/** Reads a file as far as it can be read. */
async function read(text: string) {
  const lines: number[] = [];
  try {
    for await (const { row } of readRows(Readable.from([Buffer.from(text)]), "csv")) lines.push(row.number);
  } catch (error) {
    return { lines, error: String(error) };
  }
  return { lines, error: null };
}

const header = "userId,email\n";
const rows = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${first + index},p${first + index}@example.com\n`).join("");

describe("B42: no row is lost", () => {
  test("behind a line that is too long: what comes after it can't be told, so that the person is", async () => {
    const { lines, error } = await read(
      `${header}${rows(1, 2)}9,${"x".repeat(20_000)}@example.com\n${rows(3, 2)}`,
    );
    expect(lines).toEqual([2, 3]);
    expect(error).toMatch(/Line 4 is longer than 16384 characters, or a quote before it is never closed/);
  });

  test("behind a quote that is never closed", async () => {
    const { lines, error } = await read(`${header}${rows(1, 2)}9,"p9@example.com\n${rows(3, 2_000)}`);
    expect(lines).toEqual([2, 3]);
    expect(error).toMatch(/Line \d+ is longer than .* or a quote before it is never closed/);
  });

  test("behind the last row of many", async () => {
    const { lines, error } = await read(`${header}${rows(1, 3_000)}`);
    expect(lines.length).toBe(3_000);
    expect(error).toBeNull();
  });
});
