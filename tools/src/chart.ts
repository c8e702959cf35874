import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";

/*
 * Draws a part of a machine as a graph in the DOT language. What is drawn is read off the machine, so the
 * picture can't say anything else than the code.
 */

export interface ChartOptions {
  /** The state whose inside is drawn, by its dotted path; "" is the whole machine. */
  readonly inside: string;
  /** States that are drawn as one box with this text below the name, instead of what is in them. */
  readonly folded: Readonly<Record<string, string>>;
  /** Whether the states follow one another from left to right, or from top to bottom. */
  readonly direction: "LR" | "TB";
  /** States to which no arrow is drawn: those that nearly every state can reach. */
  readonly unmentioned: ReadonlySet<string>;
  /** Whether each arrow says when it is taken; without that a chart is small enough to be seen as a whole. */
  readonly captions: boolean;
}

const pathOf = (node: AnyStateNode): string => node.path.join(".");
const quote = (text: string): string => `"${text.replaceAll('"', String.raw`\"`)}"`;
const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states);
const ancestry = (node: AnyStateNode): AnyStateNode[] => [
  ...(node.parent === undefined ? [] : ancestry(node.parent)),
  node,
];

/** `maySend` reads as "may send". */
const words = (name: string): string => name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

/** What a guard asks: its name, or the verdict that the charts' guards on results are given. */
function guardText(guard: AnyTransitionDefinition["guard"]): string {
  if (typeof guard === "string") return words(guard);
  if (typeof guard !== "object" || guard === null || !("type" in guard)) return "";
  const { type, params } = guard;
  if (typeof params !== "function") return words(type);
  // The guards on results name their verdict without looking at the result, which is not there yet.
  const asked: unknown = Reflect.apply(params, undefined, [{ context: {}, event: { output: undefined } }]);
  const verdict =
    typeof asked === "object" && asked !== null && "verdict" in asked ? String(asked.verdict) : type;
  return words(verdict);
}

function eventText(type: string): string {
  if (!type.startsWith("xstate.done.")) return type;
  const isWait = /wait|cooldown|lock|window|barrier/i.test(type);
  return type.startsWith("xstate.done.actor.") && isWait ? "time is up" : "";
}

function label({ eventType, guard }: AnyTransitionDefinition): string {
  const [event, condition] = [eventText(eventType), guardText(guard)];
  if (event !== "" && condition !== "") return `${event} [${condition}]`;
  return event + condition === "" ? "else" : event + condition;
}

/** A part of the machine as DOT: boxes in boxes for states in states, an arrow for each transition. */
export function chartToDot(machine: AnyStateMachine, options: ChartOptions): string {
  const { inside, folded, unmentioned, captions } = options;
  const graphSize = captions ? "nodesep=0.3, ranksep=0.5" : "nodesep=0.2, ranksep=0.4";
  const nodeSize = captions ? 'fontsize=13, margin="0.15,0.08"' : 'fontsize=20, margin="0.1,0.05"';
  const lines = [
    "digraph chart {",
    `graph [rankdir=${options.direction}, fontname="Helvetica", fontsize=14, ${graphSize}, bgcolor=white, pad=0.3, newrank=true];`,
    `node [shape=box, style="rounded,filled", fillcolor=white, color="#334155", fontname="Helvetica", ${nodeSize}];`,
    'edge [color="#64748b", fontcolor="#334155", fontname="Helvetica", fontsize=10, arrowsize=0.7];',
  ];
  const isInside = (node: AnyStateNode) =>
    inside === "" ? node.path.length > 0 : pathOf(node).startsWith(`${inside}.`);

  /** The box that stands for a state: the outermost folded one around it, or the first one in it. */
  const boxOf = (node: AnyStateNode): AnyStateNode => {
    const around = ancestry(node).find((one) => folded[pathOf(one)] !== undefined);
    if (around !== undefined) return around;
    const first = node.initial?.target[0];
    return first === undefined || childrenOf(node).length === 0 ? node : boxOf(first);
  };

  const draw = (node: AnyStateNode): void => {
    const path = pathOf(node);
    const note = folded[path];
    if (note === undefined && childrenOf(node).length > 0) {
      lines.push(
        `subgraph ${quote(`cluster_${path}`)} { label=${quote(node.key)}; style=rounded; color="#94a3b8";`,
      );
      for (const child of childrenOf(node)) draw(child);
      lines.push("}");
      return;
    }
    const text = note === undefined || note === "" ? node.key : `${node.key}\\n${note}`;
    const colour = node.tags.includes("failed") ? "#fee2e2" : "#dcfce7";
    const end = node.type === "final" ? `, peripheries=2, fillcolor="${colour}"` : "";
    lines.push(`${quote(path)} [label=${quote(text)}${end}];`);
  };

  const arrows = new Map<string, Set<string>>();
  const elsewhere = new Map<string, string>();
  const connect = (node: AnyStateNode): void => {
    for (const child of childrenOf(node)) connect(child);
    if (!isInside(node)) return;
    for (const transition of [...node.transitions.values(), node.always ?? []].flat()) {
      const target = transition.target?.[0];
      if (target === undefined || transition.eventType.startsWith("xstate.error.")) continue;
      if (unmentioned.has(pathOf(target))) continue;
      const [from, to] = [boxOf(node), isInside(target) ? boxOf(target) : target];
      if (from === to && folded[pathOf(from)] !== undefined) continue;
      if (!isInside(target)) elsewhere.set(pathOf(target), captions ? pathOf(target) : target.key);
      const arrow = `${quote(pathOf(from))} -> ${quote(pathOf(to))}`;
      arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(label(transition)));
    }
  };

  const start = inside === "" ? machine.root : machine.getStateNodeById(`${machine.id}.${inside}`);
  for (const child of childrenOf(start)) draw(child);
  connect(start);
  for (const [path, text] of elsewhere) {
    lines.push(`${quote(path)} [label=${quote(text)}, style="rounded,dashed", color="#94a3b8"];`);
  }
  for (const [arrow, labels] of arrows) {
    lines.push(captions ? `${arrow} [label=${quote([...labels].join("\\n"))}];` : `${arrow};`);
  }
  return [...lines, "}", ""].join("\n");
}
