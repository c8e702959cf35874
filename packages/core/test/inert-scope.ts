import type { AnyActor, AnyActorScope } from "xstate";

/** An effect that XState executes in a step. */
export interface Effect {
  readonly type: string;
  readonly params: unknown;
}

/** A scope for XState's pure transitions. */
export interface InertScope {
  readonly scope: AnyActorScope;
  /** Returns the effects since the last call. None of them was executed. */
  readonly take: () => readonly Effect[];
}

/**
 * XState's own `transition` makes an actor of the machine for each call, to have a scope to resolve children
 * in, and that is most of its cost. Here one actor, which never starts, lends its scope to all of them.
 */
export function inertScope(host: AnyActor): InertScope {
  let effects: Effect[] = [];
  const scope = {
    self: host,
    id: "",
    sessionId: "",
    system: host.system,
    logger: () => {},
    defer: () => {},
    stopChild: () => {},
    emit: () => {},
    actionExecutor: ({ type, params }: { readonly type: string; readonly params?: unknown }) => {
      effects.push({ type, params });
    },
  };
  return {
    scope,
    take: () => {
      const taken = effects;
      effects = [];
      return taken;
    },
  };
}
