import { describe, expect, test } from "vitest";
import { check } from "../../src/prose/check.js";
import type { Inspection } from "../../src/prose/inspect.js";

const clean: Inspection = { paths: ["README.md", "docs/a.md"], findings: [], words: [] };

describe("check", () => {
  test("passes when the files have no phrase to avoid and no unknown word", () => {
    expect(check(clean)).toEqual({
      passed: true,
      lines: ["0 phrases to avoid and 0 unknown words in 2 files."],
    });
  });

  test("fails on a phrase to avoid, and says where it is and what to write", () => {
    const findings = [{ path: "README.md", line: 5, found: "anew", write: "again" }];
    expect(check({ ...clean, findings })).toEqual({
      passed: false,
      lines: [
        "Phrases to avoid. Rewrite the sentences:",
        '  README.md:5  "anew": again',
        "1 phrases to avoid and 0 unknown words in 2 files.",
      ],
    });
  });

  test("fails on an unknown word", () => {
    const report = check({ ...clean, words: [{ path: "README.md", line: 9, word: "thsi" }] });
    expect(report.passed).toBe(false);
    expect(report.lines).toContain("  README.md:9  thsi");
  });

  test("fails when it finds no file to read", () => {
    expect(check({ ...clean, paths: [] }).passed).toBe(false);
  });
});
