import { describe, expect, test } from "vitest";
import { interleave } from "../src/harness/interleave.js";
import { median, ratio } from "../src/harness/statistics.js";
import { atLeast, atMost } from "../src/report/findings.js";
import { section } from "../src/report/markdown.js";

describe("the figures", () => {
  test("a median is the middle value, in whatever order they come, and of two middle ones the mean", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 100])).toBe(3);
    expect(median([])).toBeNaN();
  });

  test("a ratio goes by the round: a slow round that both were in changes nothing", () => {
    expect(ratio([2, 20, 2], [1, 10, 1])).toBe(2);
    expect(() => ratio([1], [1, 2])).toThrow(RangeError);
  });
});

describe("blocks", () => {
  test("take turns, each round begins with another contender, and the first round only warms up", async () => {
    const order: string[] = [];
    const contender = (name: string) => ({ name, block: () => order.push(name) });
    const figures = await interleave([contender("a"), contender("b"), contender("c")], 3);
    expect(order.join("")).toBe("abcbcacababc");
    expect(figures.get("a")).toEqual([6, 8, 10]);
    expect([...figures.values()].map((of) => of.length)).toEqual([3, 3, 3]);
  });

  test("of two contenders with one name are refused: one's figures would be the other's", async () => {
    const twin = { name: "a", block: () => 1 };
    await expect(interleave([twin, twin], 1)).rejects.toThrow(RangeError);
  });
});

describe("the report", () => {
  test("says of a target whether it is met, and shows the control beside the ratio", () => {
    const line = { what: "start", ours: "50 µs", rival: "bare: 25 µs", ratio: 2, control: 1.02 };
    const text = section("A flow", {
      lines: [
        { ...line, target: atMost(60, 50, " µs") },
        { ...line, target: atLeast(3, 2, " ×") },
      ],
      notes: ["Why."],
    });
    expect(text).toContain("| start | 50 µs | bare: 25 µs | 2 × | 1.02 × | ≤ 60 µs: met |");
    expect(text).toContain("| ≥ 3 ×: **missed** |");
    expect(text).toContain("\n\nWhy.");
  });
});
