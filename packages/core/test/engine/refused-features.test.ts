import { describe, expect, it } from "vitest";
import type { ChartDefinition } from "../../src/engine/definition.js";
import { checkChart } from "../../src/engine/check-chart.js";
import { verificationChart } from "../../src/chart/flow.js";

const chart = (states: Readonly<Record<string, object>>, root: object = {}): ChartDefinition => ({
  config: {
    id: "chart",
    initial: "first",
    states,
    context: () => ({}),
    output: () => null,
    ...root,
  },
  implementations: {
    guards: { yes: () => true },
    actions: {
      count: { type: "assign", assignment: () => ({}) },
      each: { type: "assign", assignment: { n: () => 1 } },
      log: { type: "log" } as never, // An action that the kit can't make.
    },
  },
});

const first = (state: object) => chart({ first: state, second: {} });

/** Each feature of XState that a chart might use, and what the refusal names. */
const refused: ReadonlyArray<readonly [string, ChartDefinition]> = [
  ['"after"', first({ after: { 100: "second" } })],
  ['"exit"', first({ exit: "count" })],
  ['"history"', first({ history: "deep" })],
  ['type "history"', first({ type: "history" })],
  ['"meta"', first({ meta: {} })],
  ['"output"', first({ type: "final", output: () => 1 })],
  ["several invoked actors", first({ invoke: [{ id: "a", src: "a" }] })],
  ['"onSnapshot"', first({ invoke: { id: "a", src: "a", onSnapshot: "second" } })],
  ['"systemId"', first({ invoke: { id: "a", src: "a", systemId: "a" } })],
  ["an invoked actor without a name", first({ invoke: { id: "a", src: () => null } })],
  ["an invoked actor without an id", first({ invoke: { src: "a" } })],
  ["a wildcard event", first({ on: { "*": "second" } })],
  ["a wildcard event", first({ on: { "code.*": "second" } })],
  ["several targets", first({ on: { go: { target: ["second"] } } })],
  ['"description"', first({ on: { go: { target: "second", description: "?" } } })],
  ['No state is called "nowhere"', first({ on: { go: "nowhere" } })],
  ['No state is called "#nowhere"', first({ on: { go: "#nowhere" } })],
  ['the guard "no"', first({ always: { guard: "no" } })],
  ['the guard "toString"', first({ always: { guard: "toString" } })],
  ["without a name", first({ always: { guard: () => true } })],
  ["without a name", first({ entry: () => {} })],
  ['the action "none"', first({ entry: "none" })],
  ["neither assign nor raise", first({ entry: "log" })],
  ["computes single members", first({ entry: "each" })],
  ['"delay"', first({ entry: { type: "count", delay: 1 } })],
  ["an initial state", chart({ first: { initial: "inner", states: {} } })],
  ["an initial state", chart({ first: { initial: { target: "inner" }, states: { inner: {} } } })],
  ["isn't compound", first({ onDone: "second" })],
  ["isn't compound", chart({ first: { type: "parallel", onDone: "second", states: { a: {} } }, second: {} })],
  ["a final region", chart({ first: { type: "parallel", states: { a: { type: "final" } } } })],
  [
    "a final state within a region",
    chart({ first: { type: "parallel", states: { a: { initial: "b", states: { b: { type: "final" } } } } } }),
  ],
  ["leaves the root", chart({ first: {} }, { on: { go: { target: "#chart", reenter: true } } })],
  ["more than 31 tags", first({ tags: Array.from({ length: 32 }, (_, at) => `tag${at}`) })],
];

describe("checking a chart", () => {
  it.each(refused)("refuses %s by name", (name, definition) => {
    expect(() => {
      checkChart(definition);
    }).toThrow(name);
  });

  it("names the place of what it refuses", () => {
    expect(() => {
      checkChart(first({ exit: "count" }));
    }).toThrow('The chart engine doesn\'t support "exit" (in chart.first).');
  });

  it("accepts what the refused charts have in common, and the flow's own chart", () => {
    expect(() => {
      checkChart(first({ entry: "count", on: { go: { target: "second", guard: "yes" } } }));
      checkChart(verificationChart);
    }).not.toThrow();
  });
});
