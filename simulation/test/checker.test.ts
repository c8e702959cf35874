import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { rules } from "../src/rules/index.js";
import { breaks, type Break } from "./breaks.js";

/* A rule that can't fail is worth nothing. Each break of the library must break its rule within a few flows. */

const MOST_FLOWS = 300;

beforeEach(() => {
  vi.resetModules();
});
// Files share their modules: the next one must not get a broken library.
afterEach(() => {
  vi.resetModules();
});

/** Plays a script, or random flows until one breaks a rule. @returns the rules that it broke. */
async function firstBroken({ rules: ids, script }: Pick<Break, "rules" | "script">) {
  const { runFlow } = await import("../src/run-flow.js");
  const { scriptOf } = await import("../src/script/script.js");
  const { createServices } = await import("../src/world/service.js");
  const { rules: all } = await import("../src/rules/index.js");
  const watched = all.filter(({ id }) => ids.includes(id));
  const services = createServices();
  for (let index = 0; index < (script === undefined ? MOST_FLOWS : 1); index += 1) {
    const { violations } = await runFlow(script ?? scriptOf(10, index), { services, rules: watched });
    if (violations.length > 0) return violations.map(({ rule }) => rule);
  }
  return [];
}

/** Runs a task after changing a line of a source. */
async function brokenBy<T>({ file, line, instead }: Break, task: () => Promise<T>): Promise<T> {
  const source = fileURLToPath(new URL(`../../packages/${file}`, import.meta.url));
  const change = encodeURIComponent(JSON.stringify([line, instead]));
  vi.doMock(source, () => import(/* @vite-ignore */ `${source}?break=${change}`));
  try {
    return await task();
  } finally {
    vi.doUnmock(source);
  }
}

const scripted = breaks.flatMap(({ name, script }) =>
  script === undefined ? [] : [[name, script] as const],
);

test.each(scripted)("finds nothing in the script of: %s, if nothing is broken", async (_, script) => {
  expect(await firstBroken({ rules: rules.map(({ id }) => id), script })).toEqual([]);
});

describe("finds", () => {
  test.each(breaks.map((one) => [`${one.rules.join(" or ")}: ${one.name}`, one] as const))(
    "%s",
    async (_, one) => {
      expect(await brokenBy(one, () => firstBroken(one))).not.toEqual([]);
    },
  );
});

test("shrinks a flow that breaks a rule to what is needed for that", async () => {
  const shortest = breaks.find(({ rules: [rule] }) => rule === "B52");
  if (shortest === undefined) throw new Error("B52 has no break");
  const text = await brokenBy(shortest, async () => {
    const { explain } = await import("../src/campaign/play.js");
    return explain(10, 1);
  });
  expect(text).toContain("flow 10:1 breaks B52: a code is not six digits");
  expect(text).toContain('"steps":[]');
});

test("has a break for each rule", () => {
  const broken = new Set(breaks.flatMap((one) => one.rules));
  expect(rules.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
});
