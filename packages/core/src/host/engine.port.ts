import type { SnapshotFrom } from "xstate";
import type {
  ConfirmInput,
  ConfirmResult,
  SendInput,
  SendResult,
  StatusInput,
  StatusResult,
  WaitInput,
  WaitResult,
} from "../chart/actors.js";
import type { VerificationEvent, VerificationInput } from "../chart/context.js";
import type { verificationChart } from "../chart/flow.js";
import type { Chart } from "../engine/kit.js";

/** A call or a wait of a flow, as whatever does it sees it. */
export interface Task<Input, Output> {
  readonly input: Input;
  /** Whether nothing waits for a result any more. */
  readonly isOver: boolean;
  /** Reports the result. Once it is over, a report changes nothing (B4). */
  done(output: Output): void;
  /** Reports a defect, which ends the flow. */
  fail(error: unknown): void;
}

/** A task that is under way. */
export interface Work {
  /** Ends it early: nothing waits for its result any more. */
  end(): void;
}

/** Does the tasks of one flow. */
export interface FlowWorkers {
  readStatus(task: Task<StatusInput, StatusResult>): Work;
  sendCode(task: Task<SendInput, SendResult>): Work;
  confirmCode(task: Task<ConfirmInput, ConfirmResult>): Work;
  waitUntil(task: Task<WaitInput, WaitResult>): Work;
}

type MachineOf<T> = T extends Chart<infer Machine> ? Machine : never;

/** The flow as an XState machine. `verificationMachine` of `@veristep/core/xstate` is one. */
export type VerificationMachine = MachineOf<typeof verificationChart>;

type Seen<Snapshot> = Snapshot extends unknown
  ? Pick<
      Snapshot,
      Extract<
        keyof Snapshot,
        "status" | "value" | "context" | "output" | "error" | "tags" | "hasTag" | "matches" | "can"
      >
    >
  : never;

/** A flow at one moment: the members of XState's snapshot that both engines have. */
export type VerificationSnapshot = Seen<SnapshotFrom<VerificationMachine>>;

/** Sees the snapshots of a flow. */
export interface SnapshotObserver {
  readonly next?: (snapshot: VerificationSnapshot) => void;
  readonly error?: (error: unknown) => void;
  readonly complete?: () => void;
}

/** What happens in a flow, for tools: the members of XState's inspection events that both engines have. */
export interface Inspected {
  /** `@xstate.snapshot` reports a step of an actor. Other types come from XState's engine only. */
  readonly type: string;
  /** The actor that it is about: the flow's, or one of its calls in XState's engine. */
  readonly actorRef: unknown;
  readonly event?: { readonly type: string };
  readonly snapshot?: unknown;
}

/** A running flow: the members of XState's `Actor` that both engines have. */
export interface VerificationActor {
  readonly id: string;
  getSnapshot(): VerificationSnapshot;
  /** The snapshot in XState's persisted form. */
  getPersistedSnapshot(): unknown;
  subscribe(observer: SnapshotObserver): { unsubscribe(): void };
  subscribe(next: (snapshot: VerificationSnapshot) => void): { unsubscribe(): void };
  start(): unknown;
  stop(): unknown;
  send(event: VerificationEvent): void;
  /** For tools: `inspect` calls the inspector after each step, with the event that led to it. No event holds a secret (B26). */
  readonly system: { inspect(inspector: (inspected: Inspected) => void): { unsubscribe(): void } };
}

/** Runs the chart. */
export interface Engine {
  createActor(input: VerificationInput, workers: FlowWorkers): VerificationActor;
}
