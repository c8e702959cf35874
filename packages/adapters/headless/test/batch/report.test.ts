import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { neutral, reportLines } from "../../src/batch/report.js";
import type { ReportedRow } from "../../src/batch/journal/journal-rows.js";

const row = (reference: string): ReportedRow => ({
  number: 2,
  userId: 7,
  reference,
  bucket: "verified",
  reason: "verified",
  evidence: { email: "code", phone: "status" },
});

const csvOf = async (reference: string) => {
  const lines: string[] = [];
  const journal = { rows: () => [row(reference)] };
  for await (const line of reportLines({ journal, format: "csv", rest: null, upTo: null })) lines.push(line);
  return lines.join("\n");
};

const dangerous = ["=", "+", "-", "@", "＝", "＋", "－", "＠"];

describe("a report that is opened in a spreadsheet", () => {
  test.each([
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["x;=HYPERLINK(1)", "x;'=HYPERLINK(1)"],
    ["x; =cmd|' /C calc'!A0", "x; '=cmd|' /C calc'!A0"],
    ["x,+1", "x,'+1"],
    ["x\t@SUM(1)", "x\t'@SUM(1)"],
    ['x;"=1"', `x;"'=1"`],
    ["＝1", "'＝1"],
    ["a-b c=d e@f", "a-b c=d e@f"],
    ["order 7", "order 7"],
  ])("%j runs as no formula: %j", (text, expected) => {
    expect(neutral(text)).toBe(expected);
  });

  test("has no cell that begins as a formula does, whatever separates its cells", async () => {
    const text = fc.string({
      unit: fc.constantFrom(...dangerous, ",", ";", "|", "\t", '"', "'", " ", "a", "1", "(", ")"),
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(text, async (reference) => {
        const csv = await csvOf(reference);
        for (const delimiter of [",", ";", "\t", "|"]) {
          // A reader that takes no notice of quotes finds the most cells.
          const cells = csv.split("\n").flatMap((line) => line.split(delimiter));
          const runs = cells.filter((cell) => dangerous.includes(cell.replace(/^[\s"]+/, "")[0] ?? ""));
          expect({ csv, delimiter, runs }).toEqual({ csv, delimiter, runs: [] });
        }
        // Opened as it was written, it says what the row said.
        const [, cells] = parse(csv);
        expect(cells?.[2]?.replaceAll("'", "")).toBe(reference.replaceAll("'", ""));
      }),
      { numRuns: 500 },
    );
  });
});
