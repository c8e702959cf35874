import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { rules } from "../src/rules/index.js";
import { breaks, type Break } from "./breaks.js";

/*
 * A checker that can't find anything is worth nothing. Here the library is broken in one place after the other,
 * and the rules must say so, from outside, within the flows that are played in the gate.
 */

const MOST_FLOWS = 300;

beforeEach(() => {
  vi.resetModules();
});
// Files share their modules: the next one must not be given a library that is broken.
afterEach(() => {
  vi.resetModules();
});

/** Plays a script, or flows of chance until one breaks a rule. @returns the rules that it broke. */
async function firstBroken({
  rules: ids,
  script,
}: Pick<Break, "rules" | "script">): Promise<readonly string[]> {
  const { useLightPlatform } = await import("../src/platform/light-platform.js");
  const { runFlow } = await import("../src/run-flow.js");
  const { scriptOf } = await import("../src/script/generate.js");
  const { createServices } = await import("../src/world/service.js");
  const { rules: all } = await import("../src/rules/index.js");
  const watched = all.filter(({ id }) => ids.includes(id));
  const restore = useLightPlatform();
  try {
    const services = createServices();
    for (let index = 0; index < (script === undefined ? MOST_FLOWS : 1); index += 1) {
      const { violations } = await runFlow(script ?? scriptOf(10, index), { services, rules: watched });
      if (violations.length > 0) return violations.map(({ rule }) => rule);
    }
    return [];
  } finally {
    restore();
  }
}

/** Plays flows with a source in which one line is another. */
async function firstBrokenBy(broken: Break) {
  const { file, line, instead } = broken;
  const source = fileURLToPath(new URL(`../../packages/${file}`, import.meta.url));
  const change = encodeURIComponent(JSON.stringify([line, instead]));
  vi.doMock(source, () => import(/* @vite-ignore */ `${source}?break=${change}`));
  try {
    return await firstBroken(broken);
  } finally {
    vi.doUnmock(source);
  }
}

const scripted = breaks.flatMap(({ name, script }) =>
  script === undefined ? [] : [[name, script] as const],
);

test.each(scripted)(
  "the checker finds nothing in the script of: %s, where nothing is broken",
  async (_, script) => {
    expect(await firstBroken({ rules: rules.map(({ id }) => id), script })).toEqual([]);
  },
);

describe("the checker finds", () => {
  test.each(breaks.map((one) => [`${one.rules.join(" or ")}: ${one.name}`, one] as const))(
    "%s",
    async (_, one) => {
      expect(await firstBrokenBy(one)).not.toEqual([]);
    },
  );
});

test("has a break for each rule but B4", () => {
  const broken = new Set(breaks.flatMap((one) => one.rules));
  expect(rules.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual(["B4"]);
});
