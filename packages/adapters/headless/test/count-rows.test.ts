import { describe, expect, test } from "vitest";
import { countLines, countRows } from "../src/batch/count-rows.js";
import { openInput, readRows } from "../src/batch/read-rows.js";
import { workFolder } from "./support/command.js";

const row = (id: number, reference = "") => `${id},person${id}@example.com,${reference}`;

describe("the number of rows of an input", () => {
  test.each([
    ["as it is", [row(1), row(2), row(3)], [3, 3, 3, 3, 3]],
    ["with blank lines", ["", row(1), "", "", row(2), "", ""], [6, 5, 3, 2]],
    ["with a row over three lines", [row(1), row(2, '"a\nb\nc"'), row(3)], [5, 5, 3, 3, 3]],
  ])("%s: never less than there are, and exact at the end", async (_, lines, expected) => {
    using folder = workFolder();
    const text = ["userId,email,reference", ...lines].join("\n");
    const input = folder.write("users.csv", text.endsWith("\n") ? text : `${text}\n`);
    const counted = countRows(readRows(openInput(input), "csv"), await countLines(input), "csv");
    const totals = [counted.total()];
    for await (const { row } of counted.rows) {
      expect(counted.last()).toBe(row.number);
      totals.push(counted.total());
    }
    totals.push(counted.total());
    expect(totals).toEqual(expected);
    expect(counted.isWhole()).toBe(true);
    expect(counted.read()).toBe(expected.at(-1));
  });

  test("of a pipe is known at its end only", async () => {
    using folder = workFolder();
    const input = folder.write("users.csv", `userId,email\n${row(1)}\n`);
    const counted = countRows(readRows(openInput(input), "csv"), null, "csv");
    for await (const _ of counted.rows) expect(counted.total()).toBeNull();
    expect(counted.total()).toBe(1);
  });

  test("a last line without an end counts", async () => {
    using folder = workFolder();
    expect(await countLines(folder.write("a", "1\n2\n"))).toBe(2);
    expect(await countLines(folder.write("b", "1\n2"))).toBe(2);
    expect(await countLines(folder.write("c", ""))).toBe(0);
  });
});
