import {
  listOf,
  type Args,
  type Assignment,
  type ChartDefinition,
  type ChartEvent,
  type Params,
  type Reference,
  type TransitionDefinition,
  type Transitions,
} from "./definition.js";
import { ancestorsOf, isDescendant, isParallel, type Nodes, type StateNode } from "./nodes.js";

/** Whether a transition may be taken. */
type Guard = (args: Args) => boolean;

/** What an action does: it assigns to the context, or raises an event. */
export type Action =
  | { readonly assign: (args: Args) => object; readonly raise: null }
  | { readonly assign: null; readonly raise: ChartEvent };

/** One transition, with what it leaves and enters worked out in advance. */
export interface Transition {
  /** Names it for coverage: the source, the event ("" for an eventless one) and its place among its rivals. */
  readonly id: string;
  readonly source: StateNode;
  readonly target: StateNode | null;
  readonly guard: Guard | null;
  readonly actions: readonly Action[];
  /** States with an index from `exitFrom` up to, but not including, `exitTo` are left. */
  readonly exitFrom: number;
  readonly exitTo: number;
  /** The states that are entered, in document order. */
  readonly enters: readonly StateNode[];
  /** A list of this transition alone, so that the usual case allocates nothing. */
  readonly alone: readonly [Transition];
  /** Whether `can()` counts it: it has a target or actions. */
  readonly hasEffect: boolean;
}

/** Whether one of the active leaves is this state, or lies within it. */
export const isActive = (leaves: readonly StateNode[], node: StateNode): boolean =>
  leaves.some((leaf) => leaf === node || isDescendant(leaf, node));

/** An implementation with the parameters that its reference gives. */
function bind<T>(reference: Reference, implementation: (args: Args, params: Params) => T): (args: Args) => T {
  if (typeof reference === "string") return (args) => implementation(args, undefined);
  const { params } = reference;
  // A function in the place of parameters computes them.
  if (typeof params === "function")
    return (args) => implementation(args, (params as (args: Args) => Params)(args));
  return (args) => implementation(args, params);
}

function named<T>(implementations: Readonly<Record<string, T>>, reference: Reference): T {
  const name = typeof reference === "string" ? reference : reference.type;
  const found = implementations[name];
  if (found === undefined) throw new Error(`"${name}" isn't implemented.`);
  return found;
}

/** Compiles the guards, actions and transitions of all states. */
export function compileTransitions(nodes: Nodes, { implementations }: ChartDefinition): void {
  const guardOf = (reference: Reference): Guard => bind(reference, named(implementations.guards, reference));

  const actionOf = (reference: Reference): Action => {
    const action = named(implementations.actions, reference);
    if (action.type === "raise") return { assign: null, raise: action.event };
    const { assignment } = action;
    const assign =
      // An object of fixed members is as good as a function that returns it.
      typeof assignment === "function" ? bind(reference, assignment as Assignment) : () => assignment;
    return { assign, raise: null };
  };

  const transitionOf = (
    source: StateNode,
    definition: string | TransitionDefinition,
    id: string,
  ): Transition => {
    const {
      target: name,
      guard,
      actions,
      reenter = false,
    } = typeof definition === "string" ? { target: definition } : definition;
    const target = name === undefined ? null : nodes.find(source, name);
    const domain = target === null ? null : domainOf(source, target, reenter);
    const alone: Transition[] = [];
    const transition: Transition = {
      id,
      source,
      target,
      guard: guard === undefined ? null : guardOf(guard),
      actions: listOf(actions).map(actionOf),
      exitFrom: domain === null ? 0 : domain.index + 1,
      exitTo: domain === null ? 0 : domain.end,
      enters: target === null || domain === null ? [] : entered(source, target, domain, reenter),
      // Filled in the next line: the list holds the transition that holds it.
      alone: alone as unknown as readonly [Transition],
      hasEffect: target !== null || listOf(actions).length > 0,
    };
    alone.push(transition);
    return transition;
  };

  const compiled = (source: StateNode, type: string, transitions: Transitions): readonly Transition[] =>
    listOf<string | TransitionDefinition>(transitions).map((one, at) =>
      transitionOf(source, one, `${source.path} ${type} ${at}`),
    );

  for (const node of nodes.all) {
    const { definition, invoke } = node;
    const take = (type: string, transitions: Transitions): void => {
      if (transitions !== undefined) node.on.set(type, compiled(node, type, transitions));
    };
    for (const [type, transitions] of Object.entries(definition.on ?? {})) take(type, transitions);
    take(`xstate.done.state.${node.id}`, definition.onDone);
    if (invoke !== null) {
      take(`xstate.done.actor.${invoke.id}`, invoke.onDone);
      take(`xstate.error.actor.${invoke.id}`, invoke.onError);
    }
    node.always = compiled(node, "", definition.always);
    node.entry = listOf(definition.entry).map(actionOf);
  }
}

/** The state whose descendants a transition leaves (XState's transition domain). */
function domainOf(source: StateNode, target: StateNode, reenter: boolean): StateNode {
  if (!reenter && (target === source || isDescendant(target, source))) return source;
  const domain = ancestorsOf(target, null).find((ancestor) => isDescendant(source, ancestor));
  if (domain === undefined) throw new Error(`A transition of "${source.id}" leaves the root.`);
  return domain;
}

/** What a transition enters, in document order: its target, what lies between, and initial states. */
function entered(source: StateNode, target: StateNode, domain: StateNode, reenter: boolean): StateNode[] {
  const entering = new Set<StateNode>();
  const isBegun = (region: StateNode): boolean =>
    [...entering].some((node) => node === region || isDescendant(node, region));
  const enterInitial = (node: StateNode): void => {
    for (const child of node.initial) {
      if (isParallel(node) && isBegun(child)) continue;
      entering.add(child);
      enterInitial(child);
    }
  };
  if (target !== source || target !== domain || reenter) entering.add(target);
  enterInitial(target);
  const above = ancestorsOf(target, domain);
  // The other regions of a parallel domain are left with the one that the source is in.
  if (isParallel(domain) && target !== domain) above.push(domain);
  for (const ancestor of above) {
    if (ancestor !== domain) entering.add(ancestor);
    if (isParallel(ancestor)) enterInitial(ancestor);
  }
  return [...entering].sort((a, b) => a.index - b.index);
}
