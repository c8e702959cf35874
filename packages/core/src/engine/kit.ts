import type * as XState from "xstate";
import type { ChartDefinition } from "./definition.js";

/*
 * Chart files import this instead of XState.
 *
 * The types are XState's own, so a chart is checked as an XState machine. At run time a chart is plain data, which
 * the engine compiles and `toMachine` (in `@veristep/core/xstate`) turns into a real machine: a page that only runs
 * flows doesn't load XState.
 *
 * Each assertion here has the same reason: the value is data, read by those two only, under the type of the XState
 * function that it stands for.
 */

/** Declares types, guards and actions; charts are then checked against them. */
export const setup = ((implementations: object) => ({
  createStateConfig: (config: object) => config,
  createMachine: (config: object) => ({ config, implementations }),
})) as unknown as typeof XState.setup;

/** Changes the context: a function of `{ context, event }` and parameters, or the members to set. */
export const assign = ((assignment: object) => ({
  type: "assign",
  assignment,
})) as unknown as typeof XState.assign;

/** Raises an event, which is handled before the step ends. */
export const raise = ((event: object) => ({ type: "raise", event })) as unknown as typeof XState.raise;

/** A named actor without an implementation: the host of the chart provides one. */
export const provided = <Output, Input>(): XState.PromiseActorLogic<Output, Input> =>
  ({}) as XState.PromiseActorLogic<Output, Input>;

/** A chart that was checked as an XState machine of this type. */
export interface Chart<Machine> extends ChartDefinition {
  /** Never present: it keeps the machine's type. */
  readonly machine?: Machine;
}

/** Gives the result of the kit's `createMachine` its real type. */
export const chartOf = <Machine>(machine: Machine): Chart<Machine> => machine as Chart<Machine>;
