import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { outcomes } from "../../src/rules/outcomes.js";

/** The table as the document writes it: one line for each failure. */
function documented(): readonly (readonly string[])[] {
  const text = readFileSync(new URL("../../../../docs/behaviour.md", import.meta.url), "utf8");
  const [, table = ""] = text.split("## What a failure means for a call");
  const lines = table.split("\n").filter((line) => line.startsWith("| `"));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

describe("the outcome table", () => {
  test("is the one of docs/behaviour.md (B1, B2)", () => {
    const written = (cell: string | { readonly retryThen: string }) =>
      typeof cell === "string" ? cell : `retry, then ${cell.retryThen}`;
    const coded = Object.entries(outcomes).map(([failure, { readStatus, sendCode, confirmCode }]) =>
      [failure].concat([readStatus, sendCode, confirmCode].map(written)),
    );
    expect(coded).toEqual(documented());
  });
});
