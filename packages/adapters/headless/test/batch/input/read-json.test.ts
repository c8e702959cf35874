import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { read } from "./support.js";

const rowsOf = async (...args: Parameters<typeof read>) => (await read(...args)).rows;
const errorOf = async (...args: Parameters<typeof read>) => (await read(...args)).error;

const object = (id: number) => ({ userId: id, email: `p${id}@example.com` });
const rows = (...ids: number[]) => ids.map((id, index) => `${index + 1}: ${id} p${id}@example.com -`);

describe("an array of JSON (B42)", () => {
  test("is read as rows, in a file of any name", async () => {
    expect(await read("r09-json-array.ndjson")).toMatchObject({
      rows: ["1: 10 person10@example.com +359881234572", "2: 11 person11@example.com +359881234573"],
      understood: { format: "json array" },
    });
  });

  test.each([
    ["on one line", JSON.stringify([7, 8, 9].map(object))],
    ["over many lines", JSON.stringify([7, 8, 9].map(object), null, 2)],
    ["behind a byte order mark and blank lines", `\uFEFF\n\n ${JSON.stringify([7, 8, 9].map(object))}\n\n`],
  ])("%s", async (_, input) => {
    expect(await rowsOf(input)).toEqual(rows(7, 8, 9));
  });

  test("of nothing has no rows", async () => {
    expect(await read(" [ ]\n")).toMatchObject({ rows: [], error: null });
  });

  test.each([
    [
      "an element that is no object",
      '[{"userId":7,"email":"p7@example.com"},8]',
      "Element 2 of the JSON array is no JSON object",
    ],
    [
      "a comma that is missing",
      '[{"userId":7,"email":"p7@example.com"} {}]',
      "Element 1 of the JSON array has no comma behind it",
    ],
    [
      "a comma too many",
      '[{"userId":7,"email":"p7@example.com"},]',
      "Element 2 of the JSON array is no JSON object",
    ],
    ["no end", '[{"userId":7,"email":"p7@example.com"},\n', "without a ]"],
    [
      "a string that is never closed",
      '[{"userId":7,"email":"p7@example.com"},{"userId":8,"email":"}]',
      "Element 2 of the JSON array is never closed",
    ],
    ["text behind it", '[{"userId":7,"email":"p7@example.com"}]{}', "text follows the array"],
    [
      "an element that is damaged",
      '[{"userId":7,"email":"p7@example.com"},{"userId":,}]',
      "Element 2 of the JSON array is no JSON object",
    ],
    [
      "an element that is too long",
      `[{"userId":7,"email":"p7@example.com"},{"x":"${"y".repeat(20_000)}"}]`,
      "Element 2 of the JSON array is longer than 16384 characters",
    ],
  ])("with %s: gives the elements before it, and says where the damage is", async (_, input, problem) => {
    const { rows: before, error } = await read(input);
    expect(before).toEqual(rows(7));
    expect(error).toContain(problem);
  });

  test("is cut at the same places as JSON.parse cuts it", async () => {
    const notes = fc.string({
      unit: fc.constantFrom("{", "}", "[", "]", '"', "\\", ",", "a", "\n"),
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(notes, { maxLength: 5 }), fc.constantFrom(0, 2), async (all, indent) => {
        const elements = all.map((note, index) => ({
          ...object(index + 1),
          note,
          nested: { [note]: [note] },
        }));
        expect(await rowsOf(JSON.stringify(elements, null, indent))).toEqual(
          rows(...all.map((_, index) => index + 1)),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe("lines of JSON (B42)", () => {
  test("makes a damaged line a bad row, and reads the rest", async () => {
    const lines = [object(7), "{not json", object(8), "3", "null", "[]"].map((line) =>
      typeof line === "string" ? line : JSON.stringify(line),
    );
    expect(await rowsOf(lines.join("\r\n"))).toEqual([
      "1: 7 p7@example.com -",
      "2: line:malformed",
      "3: 8 p8@example.com -",
      "4: line:malformed",
      "5: line:malformed",
      "6: line:malformed",
    ]);
  });

  test("makes a row with the same member twice a bad row", async () => {
    expect(
      await rowsOf(
        `${JSON.stringify(object(7))}\n{"userId":8,"email":"p8@example.com","userId":9}\n{"userId":10,"email":"p10@example.com","n":{"a":1,"a":2}}\n{"userId":11,"email":"p11@example.com","n":"\\"userId\\":1","m":[{"a":1},{"a":1}]}\n`,
      ),
    ).toEqual([
      "1: 7 p7@example.com -",
      "2: line:memberTwice",
      "3: line:memberTwice",
      "4: 11 p11@example.com -",
    ]);
  });

  test("makes a later object with two members for the user id a bad row", async () => {
    expect(
      await rowsOf(`${JSON.stringify(object(7))}\n{"userId":8,"id":9,"email":"p8@example.com"}\n`),
    ).toEqual(["1: 7 p7@example.com -", "2: userId:several"]);
  });

  test("reads a missing member as empty", async () => {
    expect(await rowsOf('{"userId":7}\n{"userId":8,"email":"p8@example.com"}\n')).toEqual([
      "1: email:missing",
      "2: 8 p8@example.com -",
    ]);
  });

  test.each([
    [
      "one object over several lines",
      JSON.stringify({ users: [object(7)] }, null, 2),
      "one JSON value over several lines",
    ],
    [
      "an object around the rows",
      JSON.stringify({ data: [object(7)] }),
      'no member for the user id (userId). Its members are "data".',
    ],
  ])("refuses %s as a whole", async (_, input, problem) => {
    expect(await rowsOf(input)).toEqual([]);
    expect(await errorOf(input)).toContain(problem);
  });

  test("may be separated as RFC 7464 says", async () => {
    expect(await rowsOf(`\u001e${JSON.stringify(object(7))}\n\u001e${JSON.stringify(object(8))}\n`)).toEqual([
      "1: 7 p7@example.com -",
      "2: 8 p8@example.com -",
    ]);
  });
});
