import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare, formatBaseline, keyOf, lower, parseBaseline } from "../../src/prose/baseline.js";

const keys = fc.tuple(fc.constantFrom("users", "code"), fc.constantFrom("a.ts", "b.ts", "c d.md", "e.vue"));
const counts = fc
  .array(fc.tuple(keys, fc.integer({ min: 1, max: 9 })))
  .map((all) => new Map(all.map(([[category, path], count]) => [keyOf(category as "users", path), count])));
const gone = fc.uniqueArray(fc.constantFrom<string>("a.ts", "b.ts", "c d.md"));

const sum = (of: ReadonlyMap<string, number>, category: string) =>
  [...of].reduce((all, [key, count]) => (key.startsWith(`${category} `) ? all + count : all), 0);

describe("the baseline", () => {
  test("is written and read back as it was", () => {
    fc.assert(
      fc.property(counts, (some) => {
        expect(parseBaseline(formatBaseline(some))).toEqual(some);
      }),
    );
  });

  test("has the lowest count of a file when git kept the lines of both sides", () => {
    expect(parseBaseline("3 code a.ts\n1 code a.ts\n2 code a.ts\n")).toEqual(new Map([["code a.ts", 1]]));
  });

  test("refuses a line that it can't read", () => {
    expect(() => parseBaseline("code a.ts 3\n")).toThrow(/isn't "count category path": code a\.ts 3/);
  });

  test("reports a count that rose, in a file that it knows and in a new one", () => {
    const baseline = parseBaseline("1 code a.ts\n2 code b.ts\n1 users c.md\n");
    const now = parseBaseline("2 code a.ts\n1 code b.ts\n1 users new.md\n");
    expect(compare(now, baseline)).toEqual({
      risen: ["code a.ts", "users new.md"],
      fallen: ["code b.ts", "users c.md"],
    });
  });

  test("never rises when it is lowered: no count of a file, and no total of a category", () => {
    fc.assert(
      fc.property(counts, counts, gone, (now, baseline, missing) => {
        const present = new Map([...now].filter(([key]) => !missing.some((path) => key.endsWith(path))));
        const lowered = lower(present, baseline, (path) => !missing.includes(path));
        const known = [...lowered].filter(([key]) => baseline.has(key));
        expect(known.filter(([key, count]) => count > (baseline.get(key) ?? 0))).toEqual([]);
        for (const category of ["users", "code"])
          expect(sum(lowered, category)).toBeLessThanOrEqual(sum(baseline, category));
        expect(lower(present, lowered, (path) => !missing.includes(path))).toEqual(lowered);
      }),
    );
  });

  test("lets a file that was moved take its count along, and only that", () => {
    const baseline = parseBaseline("3 code old.ts\n1 code stays.ts\n");
    const now = parseBaseline("3 code new.ts\n1 code stays.ts\n1 users other.ts\n");
    expect(formatBaseline(lower(now, baseline, (path) => path !== "old.ts"))).toBe(
      "3 code new.ts\n1 code stays.ts\n",
    );
    expect(formatBaseline(lower(now, baseline, () => true))).toBe("1 code stays.ts\n");
  });
});
