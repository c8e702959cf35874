import { listOf, type InvokeDefinition, type RootDefinition, type StateDefinition } from "./definition.js";
import type { Action, Transition } from "./transitions.js";

/** One state of the chart. Its descendants have the indexes from `index + 1` up to, but not including, `end`. */
export interface StateNode {
  readonly key: string;
  readonly id: string;
  /** The keys from the root to it, joined by dots. */
  readonly path: string;
  readonly parent: StateNode | null;
  readonly definition: StateDefinition;
  /** The place in document order, in which states are entered. */
  readonly index: number;
  end: number;
  readonly children: StateNode[];
  /** The children that are entered with it: one, or all of a parallel state. */
  initial: readonly StateNode[];
  /** The bits of its tags and of its ancestors' tags. */
  readonly tags: number;
  readonly invoke: InvokeDefinition | null;
  /** The rest is filled in when the transitions are compiled. */
  entry: readonly Action[];
  readonly on: Map<string, readonly Transition[]>;
  always: readonly Transition[];
}

/** All states of a chart, in document order, and what finds them. */
export interface Nodes {
  readonly root: StateNode;
  readonly all: readonly StateNode[];
  /** The bit of each tag. */
  readonly tagBits: ReadonlyMap<string, number>;
  /** @throws Error where a target names no state. */
  find(from: StateNode, target: string): StateNode;
}

export const isDescendant = (node: StateNode, ancestor: StateNode): boolean =>
  node.index > ancestor.index && node.index < ancestor.end;

export const isParallel = (node: StateNode): boolean => node.definition.type === "parallel";

/** Returns the ancestors below `limit`, the innermost first; an empty array for `limit` itself. */
export function ancestorsOf(node: StateNode, limit: StateNode | null): StateNode[] {
  const ancestors: StateNode[] = [];
  if (node === limit) return ancestors;
  for (let at = node.parent; at !== null && at !== limit; at = at.parent) ancestors.push(at);
  return ancestors;
}

/** Builds the tree of states. Transitions are compiled afterwards, because they point into the whole tree. */
export function buildNodes(config: RootDefinition): Nodes {
  const all: StateNode[] = [];
  const byId = new Map<string, StateNode>();
  const tagBits = new Map<string, number>();

  const tagBit = (tag: string): number => {
    const known = tagBits.get(tag);
    if (known !== undefined) return known;
    const bit = 1 << tagBits.size;
    tagBits.set(tag, bit);
    return bit;
  };

  const add = (
    definition: StateDefinition,
    key: string,
    parent: StateNode | null,
    path: string,
  ): StateNode => {
    const node: StateNode = {
      key,
      id: definition.id ?? path,
      path,
      parent,
      definition,
      index: all.length,
      end: 0,
      children: [],
      initial: [],
      tags: listOf(definition.tags).reduce((bits, tag) => bits | tagBit(tag), parent?.tags ?? 0),
      invoke: definition.invoke ?? null,
      entry: [],
      on: new Map(),
      always: [],
    };
    all.push(node);
    byId.set(node.id, node);
    for (const [name, child] of Object.entries(definition.states ?? {}))
      node.children.push(add(child, name, node, `${path}.${name}`));
    node.initial = isParallel(node)
      ? node.children
      : node.children.filter((child) => child.key === definition.initial);
    node.end = all.length;
    return node;
  };

  const root = add(config, config.id, null, config.id);

  const find = (from: StateNode, target: string): StateNode => {
    const [head = "", ...keys] = target.split(".");
    const start = (): StateNode | undefined => {
      if (head === "") return from;
      if (head.startsWith("#")) return byId.get(head.slice(1));
      return (from.parent ?? from).children.find((child) => child.key === head);
    };
    const found = keys.reduce<StateNode | undefined>(
      (at, key) => at?.children.find((child) => child.key === key),
      start(),
    );
    if (found === undefined) throw new Error(`No state is called "${target}".`);
    return found;
  };

  return { root, all, tagBits, find };
}
