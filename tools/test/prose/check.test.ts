import { describe, expect, test } from "vitest";
import { check, list } from "../../src/prose/check.js";
import type { Inspection } from "../../src/prose/inspect.js";

const anew = { found: "anew", write: "again" } as const;
const inspection: Inspection = {
  paths: [
    "packages/core/src/a.ts",
    "packages/core/test/a.test.ts",
    "README.md",
    "docs/a.md",
    "tools/src/b.ts",
  ],
  findings: [
    { path: "packages/core/src/a.ts", line: 1, kind: "string", ...anew },
    { path: "packages/core/src/a.ts", line: 2, kind: "comment", ...anew },
    { path: "packages/core/src/a.ts", line: 3, kind: "comment", ...anew },
    { path: "packages/core/test/a.test.ts", line: 4, kind: "test name", ...anew },
    { path: "README.md", line: 5, kind: "document", ...anew },
    { path: "docs/a.md", line: 6, kind: "document", ...anew },
    { path: "tools/src/b.ts", line: 7, kind: "string", ...anew },
  ],
  words: [],
};
const baseline = `2 code packages/core/src/a.ts
1 code tools/src/b.ts
1 documents docs/a.md
1 tests packages/core/test/a.test.ts
1 users README.md
1 users packages/core/src/a.ts
`;

describe("check", () => {
  test("passes when the counts of the baseline are met, by file and by reader", () => {
    expect(check(inspection, baseline, { lower: false })).toEqual({
      passed: true,
      lines: ["7 phrases to avoid and 0 unknown words in 5 files."],
      baseline,
    });
  });

  test("fails when a count rose, and says where and what to write; lowering doesn't help", () => {
    const stricter = baseline.replace("2 code", "1 code");
    for (const lower of [false, true]) {
      const report = check(inspection, stricter, { lower });
      expect(report).toMatchObject({ passed: false, baseline: stricter });
      expect(report.lines.slice(0, 4)).toEqual([
        "code packages/core/src/a.ts: 2 phrases to avoid, the baseline has 1",
        '  packages/core/src/a.ts:2  "anew": again',
        '  packages/core/src/a.ts:3  "anew": again',
        "Rewrite them. If you moved a file, take its count along: npm run check:prose -- --lower",
      ]);
    }
  });

  test("asks to record counts that fell, and records them", () => {
    const looser = baseline
      .replace("2 code", "4 code")
      .replace("1 users README.md", "1 users gone/README.md\n2 users README.md");
    const asked = check(inspection, looser, { lower: false });
    expect(asked).toMatchObject({ passed: true, baseline: looser });
    expect(asked.lines[0]).toBe("3 counts fell. Record it: npm run check:prose -- --lower");
    expect(check(inspection, looser, { lower: true })).toMatchObject({ passed: true, baseline });
  });

  test("fails on an unknown word", () => {
    const words = [{ path: "README.md", line: 9, word: "thsi" }];
    const report = check({ ...inspection, words }, baseline, { lower: true });
    expect(report.passed).toBe(false);
    expect(report.lines).toContain("  README.md:9  thsi");
  });
});

describe("list", () => {
  test("names everything, whatever the baseline has", () => {
    expect(list(inspection).lines).toHaveLength(8);
    expect(list(inspection).passed).toBe(false);
  });

  test("fails where no file is", () => {
    expect(list({ paths: [], findings: [], words: [] }).passed).toBe(false);
  });
});
