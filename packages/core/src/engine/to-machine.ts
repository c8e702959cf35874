import { assign, fromPromise, raise, setup } from "xstate";
import { checkChart } from "./check-chart.js";
import type { ActionDefinition, Assignment } from "./definition.js";
import type { Chart } from "./kit.js";

const actionOf = (action: ActionDefinition): unknown => {
  if (action.type === "raise") return raise(action.event);
  // XState takes an object of members in the place of a function, as the kit does.
  return assign(action.assignment as Assignment);
};

/** A placeholder, for hosts that forget to provide an actor. */
const notProvided = (name: string) =>
  fromPromise(() => Promise.reject(new Error(`The actor "${name}" was not provided.`)));

/**
 * Makes an XState machine of a chart: the same configuration and guards, with XState's own actions.
 *
 * @throws UnsupportedFeature where the engine wouldn't run the chart in the same way.
 * @param actors the names of the actors that the chart invokes.
 */
export function toMachine<Machine>(chart: Chart<Machine>, actors: readonly string[]): Machine {
  checkChart(chart);
  const { config, implementations } = chart;
  const actions = Object.entries(implementations.actions).map(([name, action]) => [name, actionOf(action)]);
  const made = setup({
    actors: Object.fromEntries(actors.map((name) => [name, notProvided(name)])),
    guards: { ...implementations.guards },
    // XState's types describe each action by its own type; the chart was checked against them already.
    actions: Object.fromEntries(actions) as never,
  });
  // The chart was checked as this machine; what was made of it at run time has lost its types.
  return made.createMachine(config as never) as Machine;
}
