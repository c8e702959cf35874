import { verificationChart } from "../chart/flow.js";
import { ChartActor } from "../engine/actor.js";
import type { Workers } from "../engine/child.js";
import { compileChart, type CompiledChart, type TransitionListener } from "../engine/run.js";
import type { Engine, VerificationActor } from "./engine.port.js";

const engineOf = (chart: () => CompiledChart): Engine => ({
  createActor: (input, workers) => {
    // The chart pairs each source with its input and its output, and was checked as the machine whose actor this is.
    const untyped = workers as unknown as Workers;
    return new ChartActor(chart(), untyped, input) as unknown as VerificationActor;
  },
});

let compiled: CompiledChart | null = null;

/** The default engine: the chart, compiled once for all flows of this process. */
export const compiledEngine: Engine = engineOf(() => (compiled ??= compileChart(verificationChart)));

/** The same engine with a separate chart, which reports the transitions that its flows take. */
export function observedEngine(onTransition: TransitionListener): Engine {
  const chart = compileChart(verificationChart, onTransition);
  return engineOf(() => chart);
}
