import { verificationMachine, type VerificationOptions } from "@veristep/core";

type Inspect = NonNullable<VerificationOptions["inspect"]>;
type Node = (typeof verificationMachine)["root"];
type Transition = NonNullable<Node["always"]>[number];

/** How often each state of the chart was entered, and each of its transitions taken. */
interface Coverage {
  readonly states: ReadonlyMap<string, number>;
  readonly transitions: ReadonlyMap<string, number>;
}

/** The counts of a coverage as plain data, to be handed from a worker to its master. */
export interface CoverageCounts {
  readonly states: Readonly<Record<string, number>>;
  readonly transitions: Readonly<Record<string, number>>;
}

const pathOf = (node: { readonly path: readonly string[] }): string => node.path.join(".");

/** A transition's name for a reader: `where: what (which of several) → where to`. */
function nameOf(transition: Transition): string {
  const { source, target } = transition;
  // XState's types know the machine's own events only; `always` has an empty one.
  const eventType: string = transition.eventType;
  const candidates = eventType === "" ? (source.always ?? []) : (source.transitions.get(eventType) ?? []);
  const at = candidates.indexOf(transition);
  const event = eventType === "" ? "always" : eventType.replace(/^xstate\./, "");
  const to = target === undefined ? "" : ` → ${target.map(pathOf).join(" + ")}`;
  return `${pathOf(source)}: ${event}${candidates.length > 1 ? ` (${at + 1} of ${candidates.length})` : ""}${to}`;
}

/**
 * Counts what is taken of the chart. What there is to be taken comes from the machine's own definition: every state,
 * and every transition that any state of it has.
 */
export function createCoverage() {
  const states = new Map<string, number>();
  const transitions = new Map<string, number>();
  const walk = (node: Node): void => {
    if (node.parent !== undefined) states.set(pathOf(node), 0);
    for (const transition of [...node.transitions.values()].flat().concat(node.always ?? []))
      transitions.set(nameOf(transition), 0);
    for (const child of Object.values(node.states)) walk(child);
  };
  walk(verificationMachine.root);

  // Names are made once for each object: the machine that runs is another than the one that was walked.
  const names = new WeakMap<object, string>();
  const named = (object: object, make: () => string): string => {
    const known = names.get(object);
    if (known !== undefined) return known;
    const made = make();
    names.set(object, made);
    return made;
  };
  const count = (counts: Map<string, number>, name: string) => {
    const before = counts.get(name);
    if (before !== undefined) counts.set(name, before + 1);
  };

  const inspect: Inspect = (event) => {
    if (event.type !== "@xstate.microstep") return;
    for (const taken of event._transitions)
      count(
        transitions,
        named(taken, () => nameOf(taken as Transition)),
      );
    if (!("_nodes" in event.snapshot)) return;
    // Only machines have nodes, and there is one machine.
    for (const node of event.snapshot._nodes as readonly Node[])
      count(
        states,
        named(node, () => pathOf(node)),
      );
  };

  return {
    inspect,
    coverage: { states, transitions } satisfies Coverage,
    counts: (): CoverageCounts => ({
      states: Object.fromEntries(states),
      transitions: Object.fromEntries(transitions),
    }),
    add: (counts: CoverageCounts) => {
      for (const [name, times] of Object.entries(counts.states))
        states.set(name, (states.get(name) ?? 0) + times);
      for (const [name, times] of Object.entries(counts.transitions))
        transitions.set(name, (transitions.get(name) ?? 0) + times);
    },
  };
}

/** What was never taken. */
export const missing = (counts: ReadonlyMap<string, number>): readonly string[] =>
  [...counts].filter(([, times]) => times === 0).map(([name]) => name);
