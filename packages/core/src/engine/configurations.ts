import type { Args } from "./definition.js";
import { ancestorsOf, isDescendant, type Nodes, type StateNode } from "./nodes.js";
import { isActive, type Transition } from "./transitions.js";

/** Who handles an event at a configuration: the innermost states first, outer ones where none of those does. */
interface Handlers {
  readonly own: readonly Transition[];
  readonly inner: readonly Handlers[];
}

/** Where transitions lead from a configuration. */
export interface Move {
  readonly to: Configuration;
  /** The invoked actors that end, in the order in which XState stops them. */
  readonly stops: readonly StateNode[];
  /** The entered states that do something, in document order. */
  readonly enters: readonly StateNode[];
}

/** The states that a flow is in. All flows in the same states share one object, with everything derived from it. */
export interface Configuration {
  /** The active states without children, in document order. */
  readonly leaves: readonly StateNode[];
  readonly tags: number;
  /** For each leaf with any, the eventless transitions from the leaf outwards. */
  readonly always: ReadonlyArray<readonly Transition[]>;
  readonly handlers: Map<string, Handlers | null>;
  readonly moves: Map<Transition | string, Move>;
  value: unknown;
}

const none: readonly never[] = [];

/**
 * Configurations that are kept. A flow reaches a few dozen, random events a few thousand; beyond the cap they are
 * worked out again.
 */
const MOST_CONFIGURATIONS = 512;

/** The configurations of a chart, each worked out once. */
export class Configurations {
  readonly #nodes: Nodes;
  readonly #known = new Map<string, Configuration>();

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  at(leaves: readonly StateNode[]): Configuration {
    const key = leaves.map(({ index }) => index).join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size === MOST_CONFIGURATIONS) this.#known.clear();
    const made: Configuration = {
      leaves,
      tags: leaves.reduce((bits, { tags }) => bits | tags, 0),
      always: leaves
        .map((leaf) => [leaf, ...ancestorsOf(leaf, null)].flatMap(({ always }) => always))
        .filter((transitions) => transitions.length > 0),
      handlers: new Map(),
      moves: new Map(),
      value: null,
    };
    this.#known.set(key, made);
    return made;
  }

  /** The state value, in XState's form. */
  valueOf(configuration: Configuration): unknown {
    const valueOf = (node: StateNode): unknown => {
      const active = node.children.filter((child) => isActive(configuration.leaves, child));
      const [only] = active;
      if (active.length === 1 && only?.children.length === 0) return only.key;
      return Object.fromEntries(active.map((child) => [child.key, valueOf(child)]));
    };
    return (configuration.value ??= valueOf(this.#nodes.root));
  }

  /** The transitions that an event enables, one for each region at most; null where nothing handles it. */
  select(configuration: Configuration, args: Args): readonly Transition[] | null {
    const { type } = args.event;
    let handlers = configuration.handlers.get(type);
    if (handlers === undefined) {
      handlers = handlersOf(configuration, this.#nodes.root, type);
      configuration.handlers.set(type, handlers);
    }
    const found = handlers === null ? null : selectIn(handlers, args);
    return found === null ? null : withoutConflicts(found, configuration);
  }

  /**
   * The eventless transitions that are enabled; null where none is. Those of several regions are taken in document
   * order, where XState takes them in the order in which it entered the regions' states. The flow's own
   * chart can't tell: the exhaustive walk and the lock-step search compare both.
   */
  selectEventless(configuration: Configuration, args: Args): readonly Transition[] | null {
    let enabled: readonly Transition[] = none;
    for (const transitions of configuration.always) {
      const found = firstEnabled(transitions, args);
      // Leaves of several regions share their ancestors' transitions.
      if (found !== null && !enabled.includes(found))
        enabled = enabled.length === 0 ? found.alone : [...enabled, found];
    }
    return enabled.length === 0 ? null : withoutConflicts(enabled, configuration);
  }

  moveOf(configuration: Configuration, transitions: readonly Transition[]): Move {
    const [first] = transitions;
    const key =
      transitions.length === 1 && first !== undefined
        ? first
        : transitions.map(({ source, target }) => `${source.index}>${target?.index ?? ""}`).join();
    const known = configuration.moves.get(key);
    if (known !== undefined) return known;
    const exits = ({ index }: StateNode) =>
      transitions.some(({ exitFrom, exitTo }) => index >= exitFrom && index < exitTo);
    const enters = [...new Set(transitions.flatMap((transition) => transition.enters))].sort(
      (a, b) => a.index - b.index,
    );
    const leaves = [
      ...configuration.leaves.filter((leaf) => !exits(leaf)),
      ...enters.filter(({ children }) => children.length === 0),
    ].sort((a, b) => a.index - b.index);
    const move: Move = {
      to: this.at(leaves),
      stops: this.#nodes.all
        .filter((node) => node.invoke !== null && exits(node) && isActive(configuration.leaves, node))
        // oxlint-disable-next-line unicorn/no-array-reverse -- The array is new, and some engines have no toReversed().
        .reverse(),
      enters: enters.filter(
        ({ entry, invoke, definition }) => entry.length > 0 || invoke !== null || definition.type === "final",
      ),
    };
    configuration.moves.set(key, move);
    return move;
  }
}

function handlersOf({ leaves }: Configuration, from: StateNode, type: string): Handlers | null {
  const of = (node: StateNode): Handlers | null => {
    const own = node.on.get(type) ?? [];
    const inner = node.children.flatMap((child) => {
      const handlers = isActive(leaves, child) ? of(child) : null;
      return handlers === null ? [] : [handlers];
    });
    return own.length + inner.length === 0 ? null : { own, inner };
  };
  return of(from);
}

function firstEnabled(transitions: readonly Transition[], args: Args): Transition | null {
  for (const transition of transitions)
    if (transition.guard === null || transition.guard(args)) return transition;
  return null;
}

function selectIn({ own, inner }: Handlers, args: Args): readonly Transition[] | null {
  let found: readonly Transition[] | null = null;
  for (const handlers of inner) {
    const more = selectIn(handlers, args);
    if (more !== null) found = found === null ? more : [...found, ...more];
  }
  return found ?? firstEnabled(own, args)?.alone ?? null;
}

/** Of transitions that would leave the same state, the inner one stays, or else the first. */
function withoutConflicts(enabled: readonly Transition[], { leaves }: Configuration): readonly Transition[] {
  if (enabled.length === 1) return enabled;
  const exitsSame = (one: Transition, other: Transition) => {
    const from = Math.max(one.exitFrom, other.exitFrom);
    const to = Math.min(one.exitTo, other.exitTo);
    return leaves.some(({ index }) => index >= from && index < to);
  };
  let kept: readonly Transition[] = [];
  for (const transition of enabled) {
    const rivals = kept.filter((other) => exitsSame(transition, other));
    if (rivals.every((other) => isDescendant(transition.source, other.source)))
      kept = [...kept.filter((other) => !rivals.includes(other)), transition];
  }
  return kept;
}
