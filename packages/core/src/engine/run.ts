import type { Child } from "./child.js";
import { Configurations, type Configuration } from "./configurations.js";
import type { Args, ChartDefinition, ChartEvent, InvokeDefinition } from "./definition.js";
import { buildNodes, type StateNode } from "./nodes.js";
import { ChartSnapshot, type SnapshotParts, type Status } from "./snapshot.js";
import { compileTransitions, type Action, type Transition } from "./transitions.js";

/** Who makes the actors that a chart invokes. They begin and end after the step, in the order of these calls. */
export interface ChildHost {
  spawn(invoke: InvokeDefinition, input: unknown): Child;
  release(child: Child): void;
}

/** Hears of each transition that is taken, and of the initial states as if a nameless one had entered them. */
export type TransitionListener = (taken: Pick<Transition, "id" | "enters">) => void;

/** A compiled chart: a pure function from snapshots and events to snapshots. */
export interface CompiledChart {
  /** The first snapshot of a flow. */
  begin(input: unknown, host: ChildHost): ChartSnapshot;
  /** The next snapshot; the same object where the event changed nothing. */
  step(before: ChartSnapshot, event: ChartEvent, host: ChildHost): ChartSnapshot;
}

/** One step in progress. */
interface Run {
  readonly host: ChildHost;
  readonly args: Args;
  /** Whether the context is a copy of this run's own, which may be changed in place. */
  ownsContext: boolean;
  configuration: Configuration;
  active: readonly Child[];
  /** Raised events that wait. */
  raised: readonly ChartEvent[];
  status: Status;
  output: unknown;
  /** Whether the microstep in progress has changed the snapshot. */
  touched: boolean;
}

const none: readonly never[] = [];

/**
 * Compiles a chart.
 *
 * The order of everything is XState's (`macrostep` and `microstep` in its StateMachine): exits before actions
 * before entries; eventless transitions before raised events. The lock-step property compares the two.
 * It trusts the definition: `checkChart` refuses what this engine doesn't run.
 *
 * @param onTransition is for coverage.
 */
export function compileChart(
  definition: ChartDefinition,
  onTransition: TransitionListener | null = null,
): CompiledChart {
  const { config } = definition;
  const nodes = buildNodes(config);
  compileTransitions(nodes, definition);
  const { root } = nodes;
  const configurations = new Configurations(nodes);
  const parts: SnapshotParts = { configurations, tagBits: nodes.tagBits };

  const snapshotOf = ({ status, args, configuration, active, output }: Run): ChartSnapshot =>
    new ChartSnapshot(parts, { status, context: args.context, configuration, active, output });

  const perform = (run: Run, actions: readonly Action[]): void => {
    for (const { assign, raise } of actions) {
      if (raise !== null) {
        run.raised = [...run.raised, raise];
        continue;
      }
      const patch = assign(run.args);
      // Earlier snapshots keep the context that they have.
      if (!run.ownsContext) run.args.context = { ...run.args.context };
      run.ownsContext = true;
      Object.assign(run.args.context, patch);
      run.touched = true;
    }
  };

  const enter = (run: Run, node: StateNode): void => {
    // XState resolves the entry actions before it spawns the state's actor.
    perform(run, node.entry);
    if (node.invoke !== null) {
      const input = node.invoke.input?.(run.args);
      run.active = [...run.active, run.host.spawn(node.invoke, input)];
      run.touched = true;
    }
    if (node.definition.type !== "final" || node.parent === null) return;
    run.raised = [...run.raised, stateDone(node.parent)];
    if (node.parent !== root) return;
    run.status = "done";
    run.output = config.output({ context: run.args.context, event: stateDone(node) });
  };

  const stop = (run: Run, { invoke }: StateNode): void => {
    const child = run.active.find(({ id }) => id === invoke?.id);
    if (child === undefined) return;
    run.host.release(child);
    run.active = run.active.filter((other) => other !== child);
    run.touched = true;
  };

  const microstep = (run: Run, transitions: readonly Transition[]): void => {
    const move = configurations.moveOf(run.configuration, transitions);
    run.touched = move.to !== run.configuration;
    run.configuration = move.to;
    for (const node of move.stops) stop(run, node);
    if (onTransition !== null) for (const transition of transitions) onTransition(transition);
    for (const { actions } of transitions) perform(run, actions);
    for (const node of move.enters) enter(run, node);
  };

  /**
   * Takes eventless transitions and raised events until nothing is left to do.
   *
   * @returns whether anything has changed.
   */
  const settle = (run: Run): boolean => {
    let changed = false;
    let looksForEventless = true;
    while (run.status === "active") {
      let enabled: readonly Transition[] | null = looksForEventless
        ? configurations.selectEventless(run.configuration, run.args)
        : null;
      const isEventless: boolean = enabled !== null;
      if (enabled === null) {
        const [event, ...later] = run.raised;
        if (event === undefined) break;
        run.args.event = event;
        run.raised = later;
        enabled = configurations.select(run.configuration, run.args);
      }
      run.touched = false;
      if (enabled !== null) microstep(run, enabled);
      changed ||= run.touched;
      // An eventless transition that changed nothing would be taken forever.
      looksForEventless = !isEventless || run.touched;
    }
    if (run.status !== "active") for (const child of run.active) run.host.release(child);
    return changed;
  };

  return {
    begin: (input, host) => {
      const initial = initialNodes(root);
      const run: Run = {
        host,
        args: { context: config.context({ input }), event: initialEvent(input) },
        ownsContext: true,
        configuration: configurations.at(initial.filter(({ children }) => children.length === 0)),
        active: none,
        raised: none,
        status: "active",
        output: undefined,
        touched: false,
      };
      onTransition?.({ id: "", enters: initial });
      for (const node of initial) enter(run, node);
      settle(run);
      return snapshotOf(run);
    },

    step: (before, event, host) => {
      const run: Run = {
        host,
        args: { context: before.context, event },
        ownsContext: false,
        configuration: before.configuration,
        active: before.active,
        raised: none,
        status: "active",
        output: undefined,
        touched: false,
      };
      const transitions = configurations.select(run.configuration, run.args);
      if (transitions === null && event.type.startsWith("xstate.error.actor")) {
        for (const child of run.active) host.release(child);
        return before.ended("error", "error" in event ? event.error : undefined);
      }
      if (transitions !== null) microstep(run, transitions);
      const changed = run.touched;
      return settle(run) || changed ? snapshotOf(run) : before;
    },
  };
}

/** The event that ends a state. */
const stateDone = ({ id }: StateNode): ChartEvent & { readonly output: undefined } => ({
  type: `xstate.done.state.${id}`,
  output: undefined,
});

/** The event of the first step carries the input, as in XState. */
const initialEvent = (input: unknown): ChartEvent & { readonly input: unknown } => ({
  type: "xstate.init",
  input,
});

/** The states that are active at the beginning, in document order. */
const initialNodes = (node: StateNode): readonly StateNode[] => [node, ...node.initial.flatMap(initialNodes)];
