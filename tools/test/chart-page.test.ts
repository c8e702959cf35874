import { readFileSync } from "node:fs";
import { join } from "node:path";
import { verificationMachine } from "@veristep/core/xstate";
import { describe, expect, test } from "vitest";
import { root } from "../src/workspace.js";

const page = readFileSync(join(root, "docs/chart.md"), "utf8");

/** The states that the table below a heading describes. */
const described = (heading: string): readonly string[] => {
  const [, section = ""] = new RegExp(`^## ${heading}\n(.*?)(?=^## |$(?![^]))`, "ms").exec(page) ?? [];
  return [...section.matchAll(/^\| `(\w+)` +\| \S/gm)].flatMap(([, state]) => state ?? []);
};

/** The states right inside of one, by its dotted path. */
const statesIn = (path: string): readonly string[] =>
  Object.keys(
    (path === ""
      ? verificationMachine.root
      : verificationMachine.getStateNodeById(`${verificationMachine.id}.${path}`)
    ).states,
  );

describe("the page of the chart", () => {
  test.for([
    ["The flow", ""],
    ["Delivery", "phonePending.delivery"],
    ["Entry", "phonePending.entry"],
    ["Lock", "phonePending.lock"],
    ["Watch", "phonePending.watch"],
    ["Reading the status", "phonePending.watch.reading"],
  ])("describes every state of %s, and no other", ([heading = "", path = ""]) => {
    const states = statesIn(path);
    expect(states.length).toBeGreaterThan(1);
    expect([...described(heading)].sort()).toEqual([...states].sort());
  });
});
