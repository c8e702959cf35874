import { describe, expect, test } from "vitest";
import { costOf } from "../src/harness/cost.js";
import { interleave } from "../src/harness/interleave.js";
import { isSteady, median, ratio } from "../src/harness/statistics.js";
import { judge } from "../src/report/allocations.js";
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
    const figures = await interleave([contender("a"), contender("b"), contender("c")], { count: 3 });
    expect(order.join("")).toBe("abcbcacababc");
    expect(figures.get("a")).toEqual([6, 8, 10]);
    expect([...figures.values()].map((of) => of.length)).toEqual([3, 3, 3]);
  });

  test("of two contenders with one name are refused: one's figures would be the other's", async () => {
    const twin = { name: "a", block: () => 1 };
    await expect(interleave([twin, twin], { count: 1 })).rejects.toThrow(RangeError);
  });
});

describe("a comparison", () => {
  test("adds rounds until its figures are steady, up to a maximum", async () => {
    const contenders = [{ name: "a", block: () => 1 }];
    const steadyAfter = (rounds: number) => (figures: ReadonlyMap<string, readonly number[]>) =>
      (figures.get("a")?.length ?? 0) >= rounds;
    const rounds = async (steady: number) =>
      (await interleave(contenders, { warmUp: 2, count: 3, most: 6 }, steadyAfter(steady))).get("a")?.length;
    expect(await rounds(1)).toBe(3);
    expect(await rounds(5)).toBe(5);
    expect(await rounds(9)).toBe(6);
  });

  test("is steady with a control within 0.9 to 1.1", () => {
    expect([0.89, 0.9, 1, 1.1, 1.11, Number.NaN].map(isSteady)).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("what work allocates", () => {
  test("is the same each time, to about 1 %, however much of it is collected in between", async () => {
    const text = JSON.stringify(
      Array.from({ length: 200 }, (_, index) => ({ index, text: `text ${index}` })),
    );
    let last: unknown;
    const parse = async (times: number) =>
      costOf(times, () => {
        for (let time = 0; time < times; time += 1) last = JSON.parse(text);
      });
    await parse(500);
    const few = await parse(1_000);
    const many = await parse(10_000);
    expect(last).toHaveLength(200);
    expect(many.allocated).toBeGreaterThan(text.length);
    expect(few.allocated / many.allocated).toBeGreaterThan(0.99);
    expect(few.allocated / many.allocated).toBeLessThan(1.01);
  });

  test("is judged by its limit: growth fails, and a limit that notices no growth is to be lowered", () => {
    expect(judge("core", 801, 800)).toMatchObject({ passed: false });
    expect(judge("core", Number.NaN, 800)).toMatchObject({ passed: false });
    expect(judge("core", 800, 800)).toEqual({
      passed: true,
      line: "core: 800 kB allocated a flow, the limit is 800 kB",
    });
    expect(judge("core", 700, 800).line).toContain("Lower the limit");
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
    const noisy = section("A flow", { lines: [{ ...line, control: 1.3, target: null }], notes: [] });
    expect(noisy).toContain("| 2 × | 1.3 ×: **noisy** |");
    expect(text).toContain("\n\nWhy.");
  });
});
