import { observedEngine } from "@veristep/core/host";
import { verificationMachine } from "@veristep/core/xstate";

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
  /** The names by the ids that the engine has for them. */
  const names = new Map<string, string>();
  const walk = (node: Node): void => {
    if (node.parent !== undefined) states.set(pathOf(node), 0);
    for (const candidates of [...node.transitions.values(), node.always ?? []])
      for (const [at, transition] of candidates.entries()) {
        const name = nameOf(transition);
        transitions.set(name, 0);
        names.set([verificationMachine.id, ...node.path].join(".") + ` ${transition.eventType} ${at}`, name);
      }
    for (const child of Object.values(node.states)) walk(child);
  };
  walk(verificationMachine.root);

  const count = (counts: Map<string, number>, name: string | undefined) => {
    const before = name === undefined ? undefined : counts.get(name);
    if (name !== undefined && before !== undefined) counts.set(name, before + 1);
  };

  const engine = observedEngine(({ id, enters }) => {
    count(transitions, names.get(id));
    for (const { path } of enters) count(states, path.slice(verificationMachine.id.length + 1));
  });

  return {
    engine,
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
