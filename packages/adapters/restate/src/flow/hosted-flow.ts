import type { VerificationEvent, VerificationInput, VerificationMachine } from "@veristep/core";

import {
  createActor,
  type ActorLogic,
  type ActorOptions,
  type ActorSystem,
  type ActorSystemInfo,
  type AnyActorRef,
  type Snapshot,
  type SnapshotFrom,
} from "xstate";
import { sources, type RunEnd, type Work } from "./runs.js";

/** XState's own snapshot of the machine. */
export type VerificationSnapshot = SnapshotFrom<VerificationMachine>;

/** The machine's snapshot as JSON: what the engine stores. */
export type StoredSnapshot = Snapshot<unknown>;

/** An actor of the machine whose work is done elsewhere: all that is stored of it is which run that is. */
type RunSnapshot = Snapshot<unknown> & { readonly input: unknown; readonly run: number | null };

type RunEvent =
  | { readonly type: "run.begun"; readonly run: number }
  | { readonly type: "run.ended"; readonly end: RunEnd }
  | { readonly type: "xstate.stop" };

type System = ActorSystem<ActorSystemInfo>;

/** The listeners for runs that begin, by the system of actors that each flow has to itself. */
const listeners = new WeakMap<System, (work: Work) => number>();

const transition = (state: RunSnapshot, event: RunEvent): RunSnapshot => {
  if (state.status !== "active") return state;
  const base = { input: undefined, run: state.run };
  switch (event.type) {
    case "run.begun":
      return { ...state, run: event.run };
    case "run.ended":
      return event.end.kind === "done"
        ? { ...base, status: "done", output: event.end.result, error: undefined }
        : { ...base, status: "error", output: undefined, error: { message: "A call of the API threw." } };
    case "xstate.stop":
      return { ...base, status: "stopped", output: undefined, error: undefined };
  }
};

const elsewhere = (src: Work["src"]): ActorLogic<RunSnapshot, RunEvent, unknown, System> => ({
  transition,
  start: (state, { self, system }) => {
    // One that has begun in an earlier turn is at work, wherever that may be.
    if (state.status !== "active" || state.run !== null) return;
    const begin = listeners.get(system);
    if (begin === undefined) throw new Error("This flow has no listener for its runs.");
    // The machine pairs each source with its input; in `provide` the pair is lost.
    self.send({ type: "run.begun", run: begin({ src, input: state.input } as Work) });
  },
  getInitialSnapshot: (_, input) => ({
    status: "active",
    output: undefined,
    error: undefined,
    input,
    run: null,
  }),
  getPersistedSnapshot: (state) => state,
  // `getPersistedSnapshot` returned the stored value.
  restoreSnapshot: (state) => state as RunSnapshot,
});

type Actors = NonNullable<Parameters<VerificationMachine["provide"]>[0]["actors"]>;

/** The machine, unchanged, with actors whose work is done in steps of the engine. */
export function withRunsElsewhere(machine: VerificationMachine): VerificationMachine {
  const [readStatus, sendCode, confirmCode, waitUntil] = sources.map(elsewhere);
  // The machine was set up with promises. These actors give the same outputs for the same inputs, which is all
  // that it asks of them; that their snapshots hold a run and no promise doesn't fit the type.
  const actors = { readStatus, sendCode, confirmCode, waitUntil } as unknown as Actors;
  return machine.provide({ actors });
}

/** A flow for one turn: from its stored snapshot, through one event, to its next one. */
export interface HostedFlow {
  readonly snapshot: () => VerificationSnapshot;
  readonly send: (event: VerificationEvent) => void;
  /**
   * Tells the actor of a run what came of it.
   *
   * @returns the run's work, or null where the machine has left the state that wanted it (B4).
   */
  readonly end: (run: number, end: RunEnd) => Work | null;
  readonly stored: () => StoredSnapshot;
  /** Whether the machine itself failed, which is a defect. */
  readonly failed: () => boolean;
}

export interface TurnOptions {
  /** Receives each run that begins. @returns its number */
  readonly onRun: (work: Work) => number;
  /** Receives each change, and the first snapshot of a flow that begins. */
  readonly onChange?: ((snapshot: VerificationSnapshot) => void) | undefined;
}

/**
 * Takes a flow up for one turn.
 *
 * @param machine from {@link withRunsElsewhere}.
 */
export function openFlow(
  machine: VerificationMachine,
  from: { readonly input: VerificationInput } | { readonly stored: StoredSnapshot },
  { onRun, onChange }: TurnOptions,
): HostedFlow {
  // With a snapshot there is no input: it was for the first one.
  const options = ("stored" in from
    ? { snapshot: from.stored }
    : { input: from.input }) as unknown as ActorOptions<VerificationMachine> & { input: VerificationInput };
  const actor = createActor(machine, options);
  listeners.set(actor.system, onRun);
  let failed = false;
  let isOpen = "input" in from;
  actor.subscribe({
    // Taking a flow up as it was stored is no change.
    next: (snapshot) => {
      if (isOpen) onChange?.(snapshot);
    },
    error: () => {
      failed = true;
    },
  });
  actor.start();
  isOpen = true;
  return {
    snapshot: () => actor.getSnapshot(),
    send: (event) => {
      actor.send(event);
    },
    end: (run, end) => {
      for (const child of Object.values(actor.getSnapshot().children) as AnyActorRef[]) {
        // Every actor of the machine is one of ours.
        const state = child.getSnapshot() as RunSnapshot;
        if (state.run !== run || state.status !== "active") continue;
        const work = { src: child.src, input: state.input } as Work;
        child.send({ type: "run.ended", end } satisfies RunEvent);
        return work;
      }
      return null;
    },
    stored: () => actor.getPersistedSnapshot(),
    failed: () => failed,
  };
}

/** A stored flow to look at: nothing in it runs. */
export const readFlow = (machine: VerificationMachine, stored: StoredSnapshot): VerificationSnapshot =>
  // As in `openFlow`.
  createActor(machine, { snapshot: stored } as unknown as ActorOptions<VerificationMachine> & {
    input: VerificationInput;
  }).getSnapshot();
