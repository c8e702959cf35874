import { describe, expect, test } from "vitest";
import { countRows } from "../../../src/batch/input/count-rows.js";
import { openInput, readRows } from "../../../src/batch/input/read-rows.js";
import { workFolder } from "../../support/command.js";

const row = (id: number, reference = "") => `${id},person${id}@example.com,${reference}`;

describe("the number of rows of an input", () => {
  test.each([
    ["as it is", [row(1), row(2), row(3)], [3, 3, 3, 3, 3]],
    ["with blank lines", ["", row(1), "", "", row(2), "", ""], [2, 2, 2, 2]],
    ["with a row over three lines", [row(1), row(2, '"a\nb\nc"'), row(3)], [3, 3, 3, 3, 3]],
    ["with a row that can't be used", [row(0), row(2)], [2, 2, 2, 2]],
    ["without a row", [], [0, 0]],
  ])("%s: exact from the start", async (_, lines, expected) => {
    using folder = workFolder();
    const input = folder.write("users.csv", ["userId,email,reference", ...lines].join("\n"));
    const counted = countRows(readRows(openInput(input)), expected.at(-1) ?? 0);
    const totals = [counted.total()];
    for await (const { row } of counted.rows) {
      expect(counted.last()).toBe(row.number);
      totals.push(counted.total());
    }
    totals.push(counted.total());
    expect(totals).toEqual(expected);
    expect(counted.read()).toBe(expected.at(-1));
  });

  test("of a pipe is known at its end only", async () => {
    using folder = workFolder();
    const input = folder.write("users.csv", `userId,email\n${row(1)}\n`);
    const counted = countRows(readRows(openInput(input)), null);
    for await (const _ of counted.rows) expect(counted.total()).toBeNull();
    expect(counted.total()).toBe(1);
  });

  test("of a file that has grown since is never less than what was read", async () => {
    using folder = workFolder();
    const input = folder.write("users.csv", `userId,email\n${row(1)}\n${row(2)}\n`);
    const counted = countRows(readRows(openInput(input)), 1);
    const totals: Array<number | null> = [];
    for await (const _ of counted.rows) totals.push(counted.total());
    expect(totals).toEqual([1, 2]);
  });
});
