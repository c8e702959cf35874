import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";

/*
 * Reads a part of a machine as a list of boxes and what leads from one to another, in words. The picture is made of
 * nothing else, so it can't say anything else than the code.
 */

export interface ChartOptions {
  /** The state whose inside is drawn, by its dotted path; "" is the whole machine. */
  readonly inside: string;
  /** States that are drawn as one box with this text below the name, instead of what is in them. */
  readonly folded: Readonly<Record<string, string>>;
  /** States that get no arrows, because nearly every state can reach them. */
  readonly unmentioned: ReadonlySet<string>;
}

/** The transitions from one box to another, in words. */
interface Way {
  readonly to: string;
  readonly captions: readonly string[];
}

/** One state. */
export interface Box {
  /** Its dotted path. */
  readonly path: string;
  readonly title: string;
  readonly note: string;
  /** `anywhere` stands for every state of the part, `elsewhere` for one outside it. */
  readonly kind: "state" | "verified" | "failed" | "anywhere" | "elsewhere";
  readonly ways: readonly Way[];
}

const pathOf = (node: AnyStateNode): string => node.path.join(".");
const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states);
const ancestry = (node: AnyStateNode): AnyStateNode[] => [
  ...(node.parent === undefined ? [] : ancestry(node.parent)),
  node,
];

/** `maySend` reads as "may send". */
const words = (name: string): string => name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

function caption({ eventType, guard, source }: AnyTransitionDefinition): string {
  const condition = typeof guard === "string" ? words(guard) : "";
  const isActor = eventType.startsWith("xstate.done.actor.");
  const isWait = isActor && source.invoke.some(({ src }) => src === "waitUntil");
  const rest = isActor && condition === "" ? "call failed" : "";
  const end = isWait ? "time is up" : rest;
  const event = eventType.startsWith("xstate.done.") ? end : eventType;
  if (event !== "" && condition !== "") return `${event}, if ${condition}`;
  return event + condition === "" ? "else" : event + condition;
}

const kindOf = ({ type, tags }: AnyStateNode): Box["kind"] => {
  if (type !== "final") return "state";
  return tags.includes("failed") ? "failed" : "verified";
};

/** The boxes of a part of the machine, in the order of the code. */
export function boxesOf(machine: AnyStateMachine, options: ChartOptions): readonly Box[] {
  const { inside, folded, unmentioned } = options;
  const start = inside === "" ? machine.root : machine.getStateNodeById(`${machine.id}.${inside}`);
  const isInside = (node: AnyStateNode) => node !== start && ancestry(node).includes(start);
  /** The box that stands for a state: the outermost folded one around it, or the state that it begins with. */
  const boxOf = (node: AnyStateNode): AnyStateNode => {
    const around = ancestry(node).find((one) => folded[pathOf(one)] !== undefined);
    const first = node.initial?.target[0];
    if (around !== undefined || first === undefined || childrenOf(node).length === 0) return around ?? node;
    return boxOf(first);
  };

  const ways = new Map<string, Map<string, Set<string>>>();
  const elsewhere = new Map<string, string>();
  const collect = (node: AnyStateNode): void => {
    for (const child of childrenOf(node)) collect(child);
    const from = node === start ? inside : pathOf(boxOf(node));
    for (const transition of [...node.transitions.values(), node.always ?? []].flat()) {
      const target = transition.target?.[0];
      if (target === undefined || transition.eventType.startsWith("xstate.error.")) continue;
      const to = pathOf(isInside(target) ? boxOf(target) : target);
      if (unmentioned.has(to) || (from === to && folded[from] !== undefined)) continue;
      if (!isInside(target)) elsewhere.set(to, target.key);
      const known = ways.get(from) ?? new Map<string, Set<string>>();
      ways.set(from, known.set(to, (known.get(to) ?? new Set()).add(caption(transition))));
    }
  };
  collect(start);

  const box = (path: string, title: string, kind: Box["kind"], note = ""): Box => ({
    path,
    title,
    kind,
    note,
    ways: [...(ways.get(path) ?? [])].map(([to, captions]) => ({ to, captions: [...captions] })),
  });
  const boxes = (node: AnyStateNode): readonly Box[] => {
    const note = folded[pathOf(node)];
    return note === undefined && childrenOf(node).length > 0
      ? childrenOf(node).flatMap(boxes)
      : [box(pathOf(node), node.key, kindOf(node), note)];
  };
  return [
    ...(inside !== "" && ways.has(inside) ? [box(inside, "in any state", "anywhere")] : []),
    ...childrenOf(start).flatMap(boxes),
    ...[...elsewhere].map(([path, name]) => box(path, name, "elsewhere")),
  ];
}
