import {
  defaultPolicy,
  type ApiFailure,
  type ConfirmInput,
  type EpochMs,
  type SendInput,
  type StatusInput,
  type UserStatus,
  type VerificationEvent,
  type VerificationInput,
  type VerificationMachine,
  type WaitInput,
} from "@veristep/core";
import { verificationMachine } from "@veristep/core/xstate";
import { createActor, type SnapshotFrom } from "xstate";
import { inertScope, type Effect } from "./inert-scope.js";

/*
 * The machine without a host: a pure function of the results of its actors and the user's events. Nothing runs here;
 * an actor is "active" when the snapshot says that it would be.
 */

/** XState's own snapshot: it shows the children as well. */
export type VerificationSnapshot = SnapshotFrom<VerificationMachine>;

/** An actor that a host would have running now. `ref` tells two invocations of the same id apart. */
export type Active = { readonly id: string; readonly ref: object } & (
  | { readonly src: "readStatus"; readonly input: StatusInput }
  | { readonly src: "sendCode"; readonly input: SendInput }
  | { readonly src: "confirmCode"; readonly input: ConfirmInput }
  | { readonly src: "waitUntil"; readonly input: WaitInput }
);

export type ActiveCall = Exclude<Active, { readonly src: "waitUntil" }>;
export type ActiveWait = Extract<Active, { readonly src: "waitUntil" }>;

/** An event of the user. */
export type PersonEvent = Exclude<
  Extract<VerificationEvent, { readonly at: EpochMs }>,
  { readonly type: "record.restored" | "record.removed" | "send.begun" }
>;

/** How a call ends: a value of its operation, or a failure. */
export type Ending =
  | { readonly ok: true; readonly value: UserStatus | "accepted" | "confirmed" }
  | { readonly ok: false; readonly failure: ApiFailure };

/** Everything that an actor can be called. */
export const actorIds = [
  "readStatus",
  "waitToRead",
  "sendCode",
  "waitToSend",
  "cooldown",
  "codeLifetime",
  "sendWindow",
  "confirmCode",
  "waitToConfirm",
  "lock",
  "waitToPoll",
] as const;

const host = createActor(verificationMachine, {
  input: { at: 0, userId: 1, flowId: "", policy: defaultPolicy, contacts: { email: null, phone: null } },
});
const { scope, take } = inertScope(host);

/** Sees each step of XState, for a comparison with another engine. */
export interface StepWatcher {
  began(input: VerificationInput, after: VerificationSnapshot, effects: readonly Effect[]): void;
  stepped(
    before: VerificationSnapshot,
    event: VerificationEvent,
    after: VerificationSnapshot,
    effects: readonly Effect[],
  ): void;
}
let watcher: StepWatcher | null = null;

/** Sets the watcher of the steps; null for none. */
export const watchSteps = (next: StepWatcher | null): void => {
  watcher = next;
};

function transition(snapshot: VerificationSnapshot, event: VerificationEvent): VerificationSnapshot {
  const after = verificationMachine.transition(snapshot, event, scope);
  const effects = take();
  watcher?.stepped(snapshot, event, after, effects);
  return after;
}

export const isCall = (actor: Active): actor is ActiveCall => actor.src !== "waitUntil";
export const isWait = (actor: Active): actor is ActiveWait => actor.src === "waitUntil";

export function begin(input: VerificationInput): VerificationSnapshot {
  const snapshot = verificationMachine.getInitialSnapshot(scope, input);
  const effects = take();
  watcher?.began(input, snapshot, effects);
  return snapshot;
}

/** The actors that run at this snapshot; none when the flow has ended. */
export function activeIn(snapshot: VerificationSnapshot): readonly Active[] {
  if (snapshot.status !== "active") return [];
  return Object.entries(snapshot.children).flatMap(([id, ref]) => {
    if (ref === undefined) return [];
    const state: { readonly input?: unknown } = ref.getSnapshot();
    // The machine's types pair each source with its input; the children of a snapshot don't show the pair.
    return [{ id, ref, src: ref.src, input: state.input } as Active];
  });
}

/** Sends an event of the user, or one between regions. */
export const send = (snapshot: VerificationSnapshot, event: VerificationEvent): VerificationSnapshot =>
  transition(snapshot, event);

/** Feeds the end of an actor, running or not, in the form in which XState reports it. */
export function done(snapshot: VerificationSnapshot, id: string, output: object): VerificationSnapshot {
  const event = { type: `xstate.done.actor.${id}`, actorId: id, output };
  // XState makes such events by itself, so they are not among those that the machine's types let in.
  return transition(snapshot, event as unknown as VerificationEvent);
}

/** Feeds a defect: an actor that threw. */
export function threw(snapshot: VerificationSnapshot, id: string): VerificationSnapshot {
  const event = { type: `xstate.error.actor.${id}`, actorId: id, error: new Error("thrown by a test") };
  // As in `done`.
  return transition(snapshot, event as unknown as VerificationEvent);
}

/** The state as a reader writes it: `emailPending.delivery.coolingDown + …`. */
export function written(value: unknown): string {
  if (typeof value === "string") return value;
  return Object.entries(value ?? {})
    .map(([name, inner]) => `${name}.${written(inner)}`)
    .join(" + ");
}

/** Wall-clock time, which may jump, and elapsed time, which may not. */
export interface Moment {
  readonly wall: EpochMs;
  readonly elapsed: number;
}

/** The cause of a step of a run. */
export type Cause =
  | { readonly kind: "start" }
  | { readonly kind: "call"; readonly actor: ActiveCall; readonly ending: Ending; readonly bornAt: Moment }
  | { readonly kind: "wait"; readonly actor: ActiveWait }
  | { readonly kind: "person"; readonly event: PersonEvent }
  | { readonly kind: "late"; readonly id: string };

/** One event and what came of it. */
export interface Step {
  readonly cause: Cause;
  readonly at: Moment;
  readonly before: VerificationSnapshot;
  readonly after: VerificationSnapshot;
  /** The actors that began with this step. */
  readonly began: readonly Active[];
}

/** A flow on pure transitions with its own clock. It passes each step to an observer. */
export interface PureRun {
  readonly snapshot: VerificationSnapshot;
  readonly now: Moment;
  active(): readonly Active[];
  bornAt(actor: Active): Moment;
  /** Ends a call. */
  finish(actor: ActiveCall, ending: Ending, roll: number): void;
  /** Lets the time pass that a wait still needs, and ends it. */
  endWait(actor: ActiveWait): void;
  person(event: (at: EpochMs) => PersonEvent): void;
  /** Feeds the end of an actor that isn't running: an answer that came too late. */
  late(id: string, output: (at: EpochMs) => object): void;
  /** Lets time pass. Nothing is fed. */
  elapse(ms: number): void;
  /** Sets the wall clock. Nothing is fed, and no time elapses. */
  jump(ms: number): void;
}

export function run(input: VerificationInput, observe: (step: Step) => void = () => {}): PureRun {
  let snapshot = begin(input);
  let now: Moment = { wall: input.at, elapsed: 0 };
  const births = new WeakMap<object, Moment>();

  const took = (cause: Cause, before: VerificationSnapshot) => {
    const earlier = new Set(cause.kind === "start" ? [] : activeIn(before).map(({ ref }) => ref));
    const began = activeIn(snapshot).filter(({ ref }) => !earlier.has(ref));
    for (const { ref } of began) births.set(ref, now);
    observe({ cause, at: now, before, after: snapshot, began });
  };
  const feed = (cause: Cause, next: (snapshot: VerificationSnapshot) => VerificationSnapshot) => {
    const before = snapshot;
    snapshot = next(before);
    took(cause, before);
  };
  const bornAt = (actor: Active): Moment => births.get(actor.ref) ?? now;

  took({ kind: "start" }, snapshot);
  return {
    get snapshot() {
      return snapshot;
    },
    get now() {
      return now;
    },
    active: () => activeIn(snapshot),
    bornAt,
    finish: (actor, ending, roll) => {
      const born = bornAt(actor);
      const result = { startedAt: born.wall, at: now.wall, roll, outcome: ending };
      feed({ kind: "call", actor, ending, bornAt: born }, (before) => done(before, actor.id, result));
    },
    endWait: (actor) => {
      const born = bornAt(actor);
      const { until, lengthMs } = actor.input;
      const length = Math.min(Math.max(until - born.wall, 0), lengthMs);
      // As a host waits: until the wall clock says so, or until the whole length has elapsed.
      const left = Math.max(Math.min(born.elapsed + length - now.elapsed, until - now.wall), 0);
      now = { wall: now.wall + left, elapsed: now.elapsed + left };
      feed({ kind: "wait", actor }, (before) => done(before, actor.id, { at: now.wall }));
    },
    person: (event) => {
      const happened = event(now.wall);
      feed({ kind: "person", event: happened }, (before) => send(before, happened));
    },
    late: (id, output) => {
      feed({ kind: "late", id }, (before) => done(before, id, output(now.wall)));
    },
    elapse: (ms) => {
      now = { wall: now.wall + ms, elapsed: now.elapsed + ms };
    },
    jump: (ms) => {
      now = { wall: now.wall + ms, elapsed: now.elapsed };
    },
  };
}
