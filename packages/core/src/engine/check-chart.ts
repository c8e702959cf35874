import {
  listOf,
  type ChartDefinition,
  type Reference,
  type StateDefinition,
  type Transitions,
} from "./definition.js";
import { buildNodes } from "./nodes.js";
import { compileTransitions } from "./transitions.js";

/*
 * The features that the engine runs; it refuses the others. Charts are written once and don't change at run time, so they are checked
 * by the tests and by `toMachine`, and a page that runs them doesn't load this.
 */

/** A feature of XState that the engine doesn't run. */
class UnsupportedFeature extends Error {
  constructor(place: string, feature: string) {
    super(`The chart engine doesn't support ${feature} (in ${place}).`);
    this.name = "UnsupportedFeature";
  }
}

const stateMembers = ["id", "type", "initial", "states", "tags", "entry", "always", "on", "onDone", "invoke"];
const rootMembers = [...stateMembers, "context", "output"];
const invokeMembers = ["id", "src", "input", "onDone", "onError"];
const transitionMembers = ["target", "guard", "actions", "reenter"];
const referenceMembers = ["type", "params"];

/** One bit for each tag: more don't fit the numbers that bit operations work on. */
const MOST_TAGS = 31;

function refuseUnknown(place: string, value: object, known: readonly string[]): void {
  for (const [name, member] of Object.entries(value))
    if (member !== undefined && !known.includes(name)) throw new UnsupportedFeature(place, `"${name}"`);
}

/**
 * Checks that the engine runs every feature that a chart uses, and that all its names exist.
 *
 * @throws UnsupportedFeature with the name of the feature and its place; Error where a target names no state.
 */
export function checkChart(definition: ChartDefinition): void {
  const { config, implementations } = definition;

  const checkReference = (place: string, reference: Reference): string => {
    if (typeof reference === "string") return reference;
    if (typeof reference !== "object" || typeof reference.type !== "string")
      throw new UnsupportedFeature(place, "a guard or an action without a name");
    refuseUnknown(place, reference, referenceMembers);
    return reference.type;
  };

  const checkGuard = (place: string, reference: Reference): void => {
    const name = checkReference(place, reference);
    if (!Object.hasOwn(implementations.guards, name))
      throw new UnsupportedFeature(place, `the guard "${name}", which isn't defined`);
    if (typeof implementations.guards[name] !== "function")
      throw new UnsupportedFeature(place, `the guard "${name}", which isn't a function`);
  };

  const checkAction = (place: string, reference: Reference): void => {
    const name = checkReference(place, reference);
    const action = Object.hasOwn(implementations.actions, name) ? implementations.actions[name] : undefined;
    if (action === undefined)
      throw new UnsupportedFeature(place, `the action "${name}", which isn't defined`);
    if (action.type === "raise") {
      if (typeof action.event !== "object")
        throw new UnsupportedFeature(place, `the action "${name}", which raises a computed event`);
      return;
    }
    if (action.type !== "assign")
      throw new UnsupportedFeature(place, `the action "${name}", which is neither assign nor raise`);
    const { assignment } = action;
    const computesMembers =
      typeof assignment === "object" &&
      Object.values(assignment).some((value) => typeof value === "function");
    if (computesMembers)
      throw new UnsupportedFeature(place, `the action "${name}", which computes single members`);
  };

  const checkTransitions = (place: string, transitions: Transitions): void => {
    for (const transition of listOf(transitions)) {
      if (typeof transition === "string") continue;
      refuseUnknown(place, transition, transitionMembers);
      if (transition.target !== undefined && typeof transition.target !== "string")
        throw new UnsupportedFeature(place, "several targets");
      if (transition.guard !== undefined) checkGuard(place, transition.guard);
      for (const action of listOf(transition.actions)) checkAction(place, action);
    }
  };

  const checkInvoke = (place: string, { invoke }: StateDefinition): void => {
    if (invoke === undefined) return;
    if (Array.isArray(invoke)) throw new UnsupportedFeature(place, "several invoked actors");
    refuseUnknown(place, invoke, invokeMembers);
    if (typeof invoke.src !== "string")
      throw new UnsupportedFeature(place, "an invoked actor without a name");
    if (typeof invoke.id !== "string") throw new UnsupportedFeature(place, "an invoked actor without an id");
    checkTransitions(place, invoke.onDone);
    checkTransitions(place, invoke.onError);
  };

  const checkState = (place: string, state: StateDefinition, parents: readonly StateDefinition[]): void => {
    const [parent, grandparent] = parents;
    refuseUnknown(place, state, parent === undefined ? rootMembers : stateMembers);
    const { type, states, initial, on, always, onDone, entry } = state;
    const isCompound = type !== "parallel" && states !== undefined;
    if (type !== undefined && type !== "parallel" && type !== "final")
      throw new UnsupportedFeature(place, `type "${String(type)}"`);
    if (isCompound && (typeof initial !== "string" || !Object.hasOwn(states, initial)))
      throw new UnsupportedFeature(place, "an initial state that isn't the key of a child");
    if (onDone !== undefined && !isCompound)
      throw new UnsupportedFeature(place, '"onDone" of a state that isn\'t compound');
    if (type === "final" && (parent === undefined || parent.type === "parallel"))
      throw new UnsupportedFeature(place, "a final region");
    if (type === "final" && grandparent?.type === "parallel")
      throw new UnsupportedFeature(place, "a final state within a region");
    for (const event of Object.keys(on ?? {}))
      if (event.includes("*")) throw new UnsupportedFeature(place, "a wildcard event");
    for (const transitions of [...Object.values(on ?? {}), always, onDone])
      checkTransitions(place, transitions);
    for (const action of listOf(entry)) checkAction(place, action);
    checkInvoke(place, state);
    for (const [key, child] of Object.entries(states ?? {}))
      checkState(`${place}.${key}`, child, [state, ...parents]);
  };

  checkState(config.id, config, []);
  const nodes = buildNodes(config);
  if (nodes.tagBits.size > MOST_TAGS) throw new UnsupportedFeature(config.id, `more than ${MOST_TAGS} tags`);
  compileTransitions(nodes, definition);
}
