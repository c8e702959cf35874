import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { readRows } from "../../../src/batch/input/read-rows.js";

/** Reads a file as far as it can be read. @param pieceLength how much of it comes at once. */
async function read(text: string, pieceLength = text.length) {
  const lines: number[] = [];
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceLength) }, (_, index) =>
    bytes.subarray(index * pieceLength, (index + 1) * pieceLength),
  );
  try {
    for await (const { row } of readRows(Readable.from(pieces))) lines.push(row.number);
  } catch (error) {
    return { lines, error: String(error) };
  }
  return { lines, error: null };
}

const header = "userId,email\n";
const rows = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${first + index},p${first + index}@example.com\n`).join("");

describe("no row is lost (B42)", () => {
  test("stops at a line that is too long, since rows may be hidden behind it", async () => {
    const { lines, error } = await read(
      `${header}${rows(1, 2)}9,${"x".repeat(20_000)}@example.com\n${rows(3, 2)}`,
    );
    expect(lines).toEqual([2, 3]);
    expect(error).toMatch(
      /The row that begins on line 4 is longer than 16384 characters, or a quote in it is never closed/,
    );
  });

  test.each([
    ["in a long file", 2_000, "is longer than 16384 characters, or a quote in it is never closed"],
    ["in a short one", 17, "has a quote that is never closed"],
    ["in the last row", 0, "has a quote that is never closed"],
  ])("names the line of a quote that is never closed, %s", async (_, behind, problem) => {
    const { lines, error } = await read(`${header}${rows(1, 2)}\n\n9,"p9@example.com\n${rows(3, behind)}`);
    expect(lines).toEqual([2, 3]);
    expect(error).toBe(`InputError: The row that begins on line 6 ${problem}. Fix it and rerun.`);
  });

  test.each([100, 5_000, 60_000])("in the middle of a file that comes %i bytes at a time", async (length) => {
    const good = `${header}${rows(1, 3_000)}`;
    const { lines, error } = await read(`${good}9,"p9@example.com\n${rows(3_001, 3_000)}`, length);
    expect([lines.length, lines.at(-1)]).toEqual([3_000, 3_001]);
    expect(error).toContain("The row that begins on line 3002 is longer than 16384 characters");
  });

  test.each([
    ["of a column that is read", "userId,email,reference\n"],
    ["of one that isn't", "userId,email,notes\n"],
    ["without a column", "userId,email\n"],
  ])("in a cell %s, between two stray quotes", async (_, head) => {
    const { lines, error } = await read(
      `${head}1,a@example.com,\n2,b@example.com,"x\n3,c@example.com,y\n4,d@example.com,"z"\n5,e@example.com,w\n`,
    );
    expect(lines).toEqual([2]);
    expect(error).toBe(
      "InputError: The row on lines 3 to 5 has a cell that begins with a quote and goes over several lines: other rows may be hidden in it. Fix it and rerun.",
    );
  });

  test("behind a header without a user id, or without any line", async () => {
    expect(await read("name\nx\n")).toEqual({
      lines: [],
      error:
        'InputError: The input has no column for the user id (userId). Its columns are "name". Say which one it is: --columns userId=NAME.',
    });
    expect((await read("\n")).error).toContain("The input is empty");
  });

  test("behind the last row of many", async () => {
    const { lines, error } = await read(`${header}${rows(1, 3_000)}`);
    expect(lines.length).toBe(3_000);
    expect(error).toBeNull();
  });
});

describe("what a spreadsheet writes is no damage (B42)", () => {
  test.each([
    ["\n", "\n"],
    ["\r\n", "\n"],
    ["\r\n", "\r\n"],
  ])("line ends %j, and %j within quotes: rows have the lines that an editor shows", async (end, within) => {
    const text = [
      "userId,email,reference,notes",
      `1,a@example.com,"two${within}lines","three${within}${within}lines"`,
      `2,b@example.com,"","it is called ""x""${within}and y"`,
      "",
      "3,c@example.com,,",
      "",
    ].join(end);
    expect(await read(text)).toEqual({ lines: [5, 7, 9], error: null });
  });

  test("quotes within a line, wherever they stand", async () => {
    const text = 'userId,email,reference\n1,a@example.com,5" pipe\n2,b@example.com,"the" pipe\n';
    const references: unknown[] = [];
    for await (const { row } of readRows(Readable.from([Buffer.from(text)]))) {
      references.push(row.reference);
    }
    expect(references).toEqual(['5" pipe', '"the" pipe']);
  });
});
