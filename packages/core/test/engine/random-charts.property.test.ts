import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createActor, type AnyStateMachine } from "xstate";
import type { ChartDefinition } from "../../src/engine/definition.js";
import type { Chart } from "../../src/engine/kit.js";
import { toMachine } from "../../src/engine/to-machine.js";
import { inertScope } from "../inert-scope.js";
import { lockStep, type Questions, type TheirSnapshot } from "./lock-step.js";
import { arbitraryChart, arbitraryEvent, type RandomEvent } from "./random-charts.js";

const questions: Questions = {
  parts: ["s0", "s1", "s0.s1", "s1.s0", { s0: "s0" }, { s1: { s0: "s1" } }, { s0: {}, s1: {} }, {}],
  events: () => [{ type: "a" }, { type: "b" }, { type: "raised" }, { type: "unknown" }],
};

/** `npm run lock-step` searches longer than the gate does. */
const numRuns = Number(process.env["LOCK_STEP_RUNS"] ?? 250);

/** Runs a chart in XState, with the compiled chart beside it. @returns how many steps were compared. */
function compare(definition: ChartDefinition, events: readonly RandomEvent[]) {
  // The type of a machine that is known at run time only.
  const machine = toMachine(definition as Chart<AnyStateMachine>, ["work"]);
  const { scope, take } = inertScope(createActor(machine, { input: "input" }));
  const { watcher, tally } = lockStep(definition, questions);
  let snapshot = machine.getInitialSnapshot(scope, "input");
  watcher.began("input", snapshot, take());
  for (const event of events) {
    if (snapshot.status !== "active") break;
    const before: TheirSnapshot = snapshot;
    snapshot = machine.transition(snapshot, event, scope);
    watcher.stepped(before, event, snapshot, take());
  }
  return tally;
}

describe("the engine", () => {
  it("runs any chart that it accepts as XState does", { timeout: 3_600_000 }, () => {
    const total = { steps: 0, done: 0, failed: 0, unchanged: 0 };
    fc.assert(
      fc.property(
        arbitraryChart,
        fc.array(arbitraryEvent, { maxLength: 12, size: "max" }),
        (chart, events) => {
          const { steps, statuses, unchanged } = compare(chart, events);
          total.steps += steps;
          total.unchanged += unchanged;
          total.done += Number(statuses.has("done"));
          total.failed += Number(statuses.has("error"));
        },
      ),
      { numRuns },
    );
    expect(total.steps).toBeGreaterThan(3 * numRuns);
    expect(Math.min(total.unchanged, total.done, total.failed)).toBeGreaterThan(numRuns / 100 - 1);
    if (numRuns > 250)
      process.stdout.write(`${numRuns} random charts, ${total.steps} steps: no difference\n`);
  });
});
