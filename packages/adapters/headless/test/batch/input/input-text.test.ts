import { gzipSync, brotliCompressSync, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { read } from "./support.js";

const csv = "userId,email,phone,reference\n7,ivan@example.com,+359881234567,Кафе\n";
const row = "2: 7 ivan@example.com +359881234567 Кафе";

const swapped = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();
const bytes = (...parts: Array<string | readonly number[]>): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))),
  );

/** A zip archive whose first entry is stored under this name. */
function zip(name: string, content = "<x/>"): Buffer {
  const body = deflateRawSync(content);
  const header = Buffer.alloc(30);
  header.write("PK\u0003\u0004", 0, "latin1");
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(body.length, 18);
  header.writeUInt32LE(content.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), body]);
}

describe("encodings (B42)", () => {
  test.each([
    ["UTF-8", Buffer.from(csv), "utf-8"],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${csv}`), "utf-8"],
    ["UTF-16 with a mark", Buffer.from(`\uFEFF${csv}`, "utf16le"), "utf-16le"],
    ["UTF-16 without a mark", Buffer.from(csv, "utf16le"), "utf-16le"],
    ["big-endian UTF-16 with a mark", swapped(`\uFEFF${csv}`), "utf-16be"],
    ["big-endian UTF-16 without a mark", swapped(csv), "utf-16be"],
  ])("reads %s", async (_, input, encoding) => {
    const { rows, understood, error } = await read(input);
    expect({ rows, error, encoding: understood?.encoding }).toEqual({ rows: [row], error: null, encoding });
  });

  test("reads JSON in UTF-16 as well", async () => {
    const input = Buffer.from('[{"id":7,"email":"a@example.com"}]', "utf16le");
    expect((await read(input)).rows).toEqual(["1: 7 a@example.com -"]);
  });

  test("reads an older encoding, and says that it is a guess", async () => {
    // "имейл" and "Иван Петров от Пловдив" in windows-1251.
    const encode = (text: string) =>
      Array.from(text, (letter) => {
        const code = letter.codePointAt(0) ?? 0;
        return code < 128 ? code : code - 0x0410 + 0xc0;
      });
    const names = "Иван Петров от Пловдив, Мария Георгиева от Варна, Георги Димитров от Русе";
    const input = bytes(
      encode(
        `id;имейл;телефон;бележки\n7;ivan@example.com;+359881234567;${names}\n8;иван@example.com;;${names}\n`,
      ),
    );
    const { rows, understood } = await read(input);
    expect(understood).toMatchObject({ encoding: "windows-1251", isEncodingGuessed: true });
    expect(rows).toEqual(["2: 7 ivan@example.com +359881234567", "3: email:encoding"]);
  });

  test("makes a row with a broken character in its address a bad row", async () => {
    const input = bytes(
      `${csv.slice(0, 29)}${"1,a@example.com,,\n".repeat(5_000)}8,iv`,
      [0xe4],
      "n@example.com,,\n",
    );
    const { rows } = await read(input);
    expect([rows.length, rows.at(-1)]).toEqual([5_001, "5002: email:encoding"]);
  });
});

describe("files that are no text: their real type is named (B42)", () => {
  test.each([
    ["gzip", gzipSync(csv), "compressed (.gz); unpack it, or pipe it in: zcat FILE | veristep batch -"],
    [
      "an Excel workbook",
      zip(
        "[Content_Types].xml",
        '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
      ),
      "an Excel workbook (.xlsx)",
    ],
    [
      "an OpenDocument sheet",
      bytes(
        "PK\u0003\u0004",
        [20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 46, 0, 0, 0, 46, 0, 0, 0, 8, 0, 0, 0],
        "mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
      ),
      "an OpenDocument spreadsheet (.ods)",
    ],
    ["another zip archive", zip("users.csv"), "a zip archive, or a spreadsheet"],
    [
      "an old Office file",
      bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], "\u0000".repeat(600)),
      "an old or password-protected Office file (.xls)",
    ],
    ["zstandard", bytes([0x28, 0xb5, 0x2f, 0xfd, 0, 1, 2, 3]), "compressed (.zst)"],
    [
      "a journal",
      bytes("SQLite format 3\u0000\u0010\u0000"),
      "an SQLite database, perhaps a journal of veristep",
    ],
    ["PDF", "%PDF-1.7\nuserId,email\n", "a PDF document"],
    ["HTML", "\uFEFF<!DOCTYPE html><table><tr><td>userId</td></tr></table>", "a page of HTML or XML"],
    ["XML", '<?xml version="1.0"?><Workbook/>', "a page of HTML or XML"],
    ["RTF", "{\\rtf1 userId,email}", "a document in RTF"],
    ["UTF-32", bytes([0xff, 0xfe, 0, 0, 0x75, 0, 0, 0]), "text in UTF-32"],
    ["something else", brotliCompressSync(Buffer.from(csv.repeat(50))), "The input is "],
  ])("%s", async (_, input, named) => {
    const { rows, error } = await read(input);
    expect(rows).toEqual([]);
    expect(error).toContain(named);
    expect(error).toMatch(
      /^InputError: The input is .*It must be a text file: CSV, or JSON with one object a line\.$/,
    );
  });

  test.each([
    ["0 bytes", ""],
    ["blank lines", "\n \r\n\t\n"],
    ["a byte order mark", "\uFEFF"],
    ["NDJSON of blank lines", "\r\n\r\n"],
  ])("says that an input is empty: %s", async (_, input) => {
    expect((await read(input)).error).toBe("InputError: The input is empty: it has no header and no rows.");
  });

  test("reads a header alone as no rows", async () => {
    expect(await read("userId,email,phone\r\n")).toMatchObject({ rows: [], error: null });
  });

  test("reads text that begins like another type as text", async () => {
    expect((await read("BMW;id;email\nx;7;a@example.com\n")).rows).toEqual(["2: 7 a@example.com -"]);
  });
});
