import { observedEngine } from "@veristep/core/host";
import { verificationMachine } from "@veristep/core/xstate";

type Node = (typeof verificationMachine)["root"];
type Transition = NonNullable<Node["always"]>[number];

/** How often each state of the chart was entered, and each transition taken. Plain data. */
export interface Coverage {
  readonly states: Readonly<Record<string, number>>;
  readonly transitions: Readonly<Record<string, number>>;
}

const pathOf = (node: { readonly path: readonly string[] }): string => node.path.join(".");

/** `source: event (which of several) → target`. */
function nameOf({ source, target, eventType }: Transition, at: number, count: number): string {
  // XState's types know only the machine's own events; `always` has an empty one.
  const event = (eventType as string).replace(/^xstate\./, "") || "always";
  const to = target === undefined ? "" : ` → ${target.map(pathOf).join(" + ")}`;
  return `${pathOf(source)}: ${event}${count > 1 ? ` (${at + 1} of ${count})` : ""}${to}`;
}

/** Counts what flows do with the chart. The machine's own definition lists all states and transitions. */
export function createCoverage() {
  const states: Record<string, number> = {};
  const transitions: Record<string, number> = {};
  /** The names of the transitions, by the engine's ids. */
  const names = new Map<string, string>();
  const walk = (node: Node): void => {
    if (node.parent !== undefined) states[pathOf(node)] = 0;
    for (const candidates of [...node.transitions.values(), node.always ?? []])
      for (const [at, transition] of candidates.entries()) {
        const name = nameOf(transition, at, candidates.length);
        transitions[name] = 0;
        names.set(`${[verificationMachine.id, ...node.path].join(".")} ${transition.eventType} ${at}`, name);
      }
    for (const child of Object.values(node.states)) walk(child);
  };
  walk(verificationMachine.root);

  const count = (counts: Record<string, number>, name = "", times = 1) => {
    if (counts[name] !== undefined) counts[name] += times;
  };
  return {
    engine: observedEngine(({ id, enters }) => {
      count(transitions, names.get(id));
      for (const { path } of enters) count(states, path.slice(verificationMachine.id.length + 1));
    }),
    counts: (): Coverage => ({ states: { ...states }, transitions: { ...transitions } }),
    add: (other: Coverage) => {
      for (const [name, times] of Object.entries(other.states)) count(states, name, times);
      for (const [name, times] of Object.entries(other.transitions)) count(transitions, name, times);
    },
  };
}
