import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bulgarian } from "../src/bulgarian.js";
import { english } from "../src/english.js";

const rules = new Set(
  [
    ...readFileSync(new URL("../../../docs/behaviour.md", import.meta.url), "utf8").matchAll(
      /\*\*(B\d+)\*\*/g,
    ),
  ].map(([, rule]) => rule),
);

/** Every text of a catalogue, by its path. The flow's own messages are core's. */
function textsIn(value: unknown, path = ""): ReadonlyArray<readonly [string, string]> {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "messages" ? [] : textsIn(inner, `${path}.${name}`),
  );
}

const cited = (text: string): readonly string[] => [...text.matchAll(/\bB\d+\b/g)].map(([rule]) => rule);

test("both languages cite the same rules for the same reason, and each of them exists", () => {
  const inEnglish = textsIn(english);
  const inBulgarian = new Map(textsIn(bulgarian));
  expect(inEnglish.length).toBeGreaterThan(80);
  const other = inEnglish.filter(
    ([path, text]) => cited(inBulgarian.get(path) ?? "missing").join() !== cited(text).join(),
  );
  expect(other).toEqual([]);
  const unknown = inEnglish.filter(([, text]) => !cited(text).every((rule) => rules.has(rule)));
  expect(unknown).toEqual([]);
});

test("every reason names its rule at the end, where the panel makes a link of it", () => {
  const whys = textsIn({
    commands: english.commands,
    reasons: english.reasons,
    changes: english.changes,
  }).filter(([path]) => !path.endsWith(".text"));
  const without = whys.filter(([, text]) => !/ \(B\d+(, B\d+)*\)\.$/.test(text)).map(([path]) => path);
  // A first code follows no rule: without it there is nothing to verify with.
  expect(without).toEqual([".reasons.firstCode"]);
});
