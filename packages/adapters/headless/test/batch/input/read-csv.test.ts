import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { read } from "./support.js";

const rowsOf = async (...args: Parameters<typeof read>) => (await read(...args)).rows;
const understoodOf = async (...args: Parameters<typeof read>) => (await read(...args)).understood;
const errorOf = async (...args: Parameters<typeof read>) => (await read(...args)).error;

describe("one delimiter for a file (B42)", () => {
  test("reads a semicolon-separated file with decimal commas", async () => {
    expect(await rowsOf("r02-semicolon-decimal-comma.csv")).toEqual(["2: 7 ivan@example.com +359881234568"]);
  });

  test("reads a file whose first line names the delimiter", async () => {
    expect(await rowsOf("r12-excel-sep-line.csv")).toEqual(["3: 4 person4@example.com +359881234576"]);
    expect(await rowsOf('\uFEFF"sep=\t"\nuserId\temail\n4\ta@example.com\n')).toEqual([
      "3: 4 a@example.com -",
    ]);
    expect(await rowsOf("SEP=|\nuserId|email\n\n4|a@example.com\n")).toEqual(["4: 4 a@example.com -"]);
    expect(await errorOf("sep=#\nuserId#email\n")).toContain(
      "The first line names a delimiter that can't be read.",
    );
  });

  test.each([
    ["a comma in a name, between semicolons", "name;userId;email\nPetrov, Ivan;7;a@example.com\n", ";"],
    ["a semicolon in a cell, between commas", "name,userId,email\nPetrov; Ivan,7,a@example.com\n", ","],
    ["a pipe in a cell, between tabs", "name\tuserId\temail\nPetrov | Ivan\t7\ta@example.com\n", "\t"],
    ["a comma within quotes in the header", '"name, first";"userId";"email"\n"x";"7";"a@example.com"\n', ";"],
    ["commas in the header between semicolons", "name, first, last;userId;email\nx;7;a@example.com\n", ";"],
    ["quoted headers", '"userId","email"\n"7","a@example.com"\n', ","],
  ])("%s", async (_, input, delimiter) => {
    const { rows, understood } = await read(input);
    expect({ rows, delimiter: understood?.delimiter }).toEqual({ rows: ["2: 7 a@example.com -"], delimiter });
  });

  test("uses --delimiter when the header can be read in two ways", async () => {
    const input = "userId,email;phone\n7,a@example.com;x\n";
    expect(await errorOf(input)).toContain(
      "can be separated by a comma or a semicolon. Say which: --delimiter.",
    );
    expect(await errorOf(input, { delimiter: ";" })).toContain("no column for the user id");
  });

  test("makes a row with too many cells a bad row", async () => {
    const input =
      "userId,name,email,phone\n7,Petrov, Ivan,a@example.com,+359881234568\n8,Ivan,b@example.com,,,\n";
    expect(await rowsOf(input)).toEqual(["2: line:tooManyCells", "3: 8 b@example.com -"]);
  });

  test("makes a row bad when a missing cell may have shifted the user id", async () => {
    expect(await rowsOf("email,score,userId,age\na@example.com,7,30\n")).toEqual(["2: line:tooFewCells"]);
    expect(await rowsOf("userId,score,email,age\n7,a@example.com\n")).toEqual(["2: line:tooFewCells"]);
    // Spreadsheets leave out empty cells at the end of a row.
    expect(await rowsOf("userId,email,phone,notes\n7,a@example.com\n")).toEqual(["2: 7 a@example.com -"]);
  });

  test("reads cells with any delimiter, quoting and line end", async () => {
    const cell = fc.string({
      unit: fc.constantFrom("a", " ", ",", ";", "\t", "|", '"', "é", "'"),
      maxLength: 12,
    });
    const delimiter = fc.constantFrom(",", ";", "\t", "|");
    const end = fc.constantFrom("\n", "\r\n", "\r");
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 5 }),
        delimiter,
        end,
        async (cells, by, eol) => {
          const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const lines = cells.map((text, index) => [
            quote(text),
            String(index + 1),
            quote(`p${index}@example.com`),
          ]);
          const input = [["notes", "userId", "email"], ...lines].map((line) => line.join(by)).join(eol);
          expect(await rowsOf(input)).toEqual(
            cells.map((_, index) => `${index + 2}: ${index + 1} p${index}@example.com -`),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("what spreadsheets write (B42)", () => {
  test("skips empty rows", async () => {
    expect(await rowsOf("r08-excel-empty-rows.csv")).toEqual(["2: 9 person9@example.com +359881234571"]);
    expect(await rowsOf('userId,email\n7,a@example.com\n,\n"",""\n \u00A0,\n\u001a')).toEqual([
      "2: 7 a@example.com -",
    ]);
  });

  test.each([
    ["CR alone", "userId,email\r7,a@example.com\r8,b@example.com\r"],
    ["LF after a header with CRLF", "userId,email\r\n7,a@example.com\n8,b@example.com\n"],
    ["CRLF after a header with LF", "userId,email\n7,a@example.com\r\n8,b@example.com\r\n"],
  ])("line ends: %s", async (_, input) => {
    expect(await rowsOf(input)).toEqual(["2: 7 a@example.com -", "3: 8 b@example.com -"]);
  });

  test("ignores spaces around quotes, names and cells", async () => {
    expect(await rowsOf('userId , "email"\n 7 , "a@example.com"\n"8" ,"b@example.com" \n')).toEqual([
      "2: 7 a@example.com -",
      "3: 8 b@example.com -",
    ]);
    expect(await rowsOf("userId\tx\temail\n7\t\ta@example.com\n")).toEqual(["2: 7 a@example.com -"]);
  });

  test("ignores empty columns behind the last one", async () => {
    const { rows, understood } = await read("userId;email;;\n7;a@example.com;;\n");
    expect([rows, understood?.columns.unused]).toEqual([["2: 7 a@example.com -"], []]);
  });

  test("understands it as CSV whatever it is called", async () => {
    expect(await understoodOf("userId;email\n")).toMatchObject({ format: "csv", delimiter: ";" });
  });
});
