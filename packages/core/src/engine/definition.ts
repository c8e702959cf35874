/*
 * A chart as data: the part of XState's configuration format that the engine runs. `check-chart.ts` refuses the rest.
 */

/** The arguments of guards and actions. */
export interface Args {
  context: object;
  event: ChartEvent;
}

export interface ChartEvent {
  readonly type: string;
}

/** The value that a reference passes to its implementation besides {@link Args}. */
export type Params = unknown;

/** A reference to a named implementation, with or without parameters. */
export type Reference = string | { readonly type: string; readonly params?: Params };

export interface TransitionDefinition {
  readonly target?: string;
  readonly guard?: Reference;
  readonly actions?: Reference | readonly Reference[];
  readonly reenter?: boolean;
}

export type Transitions =
  | string
  | TransitionDefinition
  | ReadonlyArray<string | TransitionDefinition>
  | undefined;

/** An actor that runs while its state is active. */
export interface InvokeDefinition {
  readonly id: string;
  readonly src: string;
  readonly input?: (args: Args) => unknown;
  readonly onDone?: Transitions;
  readonly onError?: Transitions;
}

export interface StateDefinition {
  readonly id?: string;
  readonly type?: "parallel" | "final";
  readonly initial?: string;
  readonly states?: Readonly<Record<string, StateDefinition>>;
  readonly tags?: string | readonly string[];
  readonly entry?: Reference | readonly Reference[];
  readonly always?: Transitions;
  readonly on?: Readonly<Record<string, Transitions>>;
  readonly onDone?: Transitions;
  readonly invoke?: InvokeDefinition;
}

export interface RootDefinition extends StateDefinition {
  readonly id: string;
  readonly context: (args: { readonly input: unknown }) => object;
  readonly output: (args: Args) => unknown;
}

type GuardFunction = (args: Args, params: Params) => boolean;
export type Assignment = (args: Args, params: Params) => object;

/** The result of the kit's `assign` or `raise`. */
export type ActionDefinition =
  | { readonly type: "assign"; readonly assignment: Assignment | object }
  | { readonly type: "raise"; readonly event: ChartEvent };

/** A chart with its named guards and actions, as the kit makes it. */
export interface ChartDefinition {
  readonly config: RootDefinition;
  readonly implementations: {
    readonly guards: Readonly<Record<string, GuardFunction>>;
    readonly actions: Readonly<Record<string, ActionDefinition>>;
  };
}

/** One or several of something, as a list. */
export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] => {
  if (value === undefined) return [];
  // `Array.isArray` doesn't narrow readonly arrays.
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
};
