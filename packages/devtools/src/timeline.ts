import {
  systemClock,
  view,
  type Channel,
  type Clock,
  type EpochMs,
  type VerificationActor,
  type VerificationSnapshot,
  type VerificationView,
} from "@veristep/core";
import {
  channelOf,
  parts,
  requestUnderWay,
  stateIn,
  type Part,
  type RequestKind,
  type Step,
} from "./step.js";
import {
  changesIn,
  outcomeOf,
  reasonOf,
  resultOf,
  type Change,
  type Outcome,
  type Reason,
  type Result,
} from "./why.js";

/** The commands of the user, and the news of other tabs. */
const commands = [
  "code.submitted",
  "resend.requested",
  "phone.submitted",
  "phone.changeRequested",
  "refresh.requested",
  "retry.requested",
  "cancel.requested",
  "record.restored",
  "record.removed",
] as const;
/** `record.found` is the first `record.restored` of a flow: an earlier visit has left it. */
export type Command = (typeof commands)[number] | "record.found";

export type Tone = "good" | "bad" | "plain";

/** Something that happened around the flow, in the words of the page that tells it. */
export interface Note {
  /** A short name, for styles and tests: it becomes `data-type`. */
  readonly type: string;
  readonly tone: Tone;
  /** Says what happened in a language, as `en`, and why if there is more to say. */
  readonly describe: (language: string) => {
    readonly text: string;
    readonly outcome?: string;
    readonly why?: string;
  };
}

/** One line of the timeline. Times are in epoch ms by the clock of the page. */
export type Entry = { readonly id: number; readonly at: EpochMs } & (
  | { readonly type: "command"; readonly command: Command }
  | {
      readonly type: "request";
      readonly request: RequestKind;
      readonly channel: Channel;
      readonly reason: Reason;
      /** Null while it is under way. */
      readonly end: { readonly outcome: Outcome; readonly result: Result; readonly tookMs: number } | null;
    }
  | { readonly type: "change"; readonly change: Change; readonly view: VerificationView }
  /** The screen says something else from now on. */
  | { readonly type: "screen"; readonly view: VerificationView }
  | { readonly type: "note"; readonly note: Note }
);

type NewEntry = Entry extends infer One ? (One extends Entry ? Omit<One, "id" | "at"> : never) : never;

/** The latest change of state in a part of the chart, as paths of states. */
export interface Move {
  readonly part: Part;
  /** Null at first. */
  readonly from: string | null;
  /** The state that it is in; null where the flow isn't in that part. */
  readonly to: string | null;
}

/** A flow: a `Verification`, or its actor. */
export type Followed = VerificationActor | { readonly actor: VerificationActor };

/** A record of a flow and of its surroundings, for a user to read. */
export interface Timeline {
  /** Returns the entries, the newest first. */
  readonly entries: () => readonly Entry[];
  /** Returns where the flow is in each part of the chart, and where it came from. */
  readonly moves: () => readonly Move[];
  /** Returns what a screen shows of the flow now; null before one is followed. Holds no secret. */
  readonly view: () => VerificationView | null;
  /** Calls the listener after each change. @returns unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Follows a flow, best before it starts. @returns stops following. */
  readonly follow: (flow: Followed) => () => void;
  /** Adds an entry about something outside the flow. */
  readonly note: (note: Note) => void;
}

/** Older entries are dropped. */
const MOST_ENTRIES = 200;

/** Whether the screen only says that the flow is working: the requests themselves say more. */
const isWorking = ({ announcement }: VerificationView): boolean =>
  ["checking", "sending", "confirming", "retrying"].includes(announcement);

const requestKinds: readonly RequestKind[] = ["status", "send", "confirm"];

/** Creates an empty timeline. @param clock the clock of the flow. @defaultValue the machine's own */
export function createTimeline(clock: Clock = systemClock): Timeline {
  let entries: readonly Entry[] = [];
  let current: VerificationSnapshot | null = null;
  let moves: readonly Move[] = parts.map((part) => ({ part, from: null, to: null }));
  let newestId = 0;
  let screen = "";
  const pending = new Map<RequestKind, number>();
  const listeners = new Set<() => void>();

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const add = (entry: NewEntry): number => {
    newestId += 1;
    entries = [{ ...entry, id: newestId, at: clock.now() }, ...entries].slice(0, MOST_ENTRIES);
    return newestId;
  };
  const settle = (kind: RequestKind, outcome: Outcome, result: Result) => {
    const id = pending.get(kind);
    pending.delete(kind);
    const index = entries.findIndex((entry) => entry.id === id);
    const entry = entries[index];
    if (entry?.type !== "request") return;
    const tookMs = Math.max(clock.now() - entry.at, 0);
    entries = entries.with(index, { ...entry, end: { outcome, result, tookMs } });
  };
  const viewNow = () => (current === null ? null : view(current, clock.now()));

  /** Adds what the screen says, once everything that belongs to one moment has happened. */
  const watchScreen = () => {
    const shown = viewNow();
    if (shown === null || isWorking(shown)) return;
    const now = `${shown.step} ${shown.announcement} ${shown.code?.generation ?? 0}`;
    if (now === screen) return;
    screen = now;
    add({ type: "screen", view: shown });
    changed();
  };

  const tellCommand = ({ event, before }: Step) => {
    const command = commands.find((name) => name === event.type);
    if (command === undefined) return;
    // Before the first answer of the service, what is stored was left by an earlier visit.
    const isFirst = command === "record.restored" && before.context.statusReadAt === null;
    add({ type: "command", command: isFirst ? "record.found" : command });
  };

  const take = (step: Step) => {
    current = step.after;
    moves = moves.map((move) => {
      const to = stateIn(move.part, step.after);
      return to === move.to ? move : { part: move.part, from: move.to, to };
    });
    tellCommand(step);
    for (const kind of requestKinds) {
      const [was, is] = [requestUnderWay(step.before, kind), requestUnderWay(step.after, kind)];
      if (pending.has(kind) && was !== is) settle(kind, outcomeOf(step, kind), resultOf(step, kind));
    }
    for (const change of changesIn(step))
      add({ type: "change", change, view: view(step.after, clock.now()) });
    for (const kind of requestKinds) {
      if (pending.has(kind) || requestUnderWay(step.after, kind) === null) continue;
      const channel = kind === "status" ? channelOf(step) : step.after.context.channel;
      pending.set(
        kind,
        add({ type: "request", request: kind, channel, reason: reasonOf(step, kind), end: null }),
      );
    }
    changed();
    queueMicrotask(watchScreen);
  };

  return {
    entries: () => entries,
    moves: () => moves,
    view: viewNow,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    follow: (flow) => {
      const actor = "actor" in flow ? flow.actor : flow;
      let before = actor.getSnapshot();
      let isStopped = false;
      let hasBegun = false;
      const step = (event: Step["event"], after: VerificationSnapshot) => {
        hasBegun = true;
        take({ event, before, after });
        before = after;
      };
      const subscription = actor.system.inspect(({ type, actorRef, event, snapshot }) => {
        if (type !== "@xstate.snapshot" || actorRef !== actor || event === undefined) return;
        // A step of the flow's own actor gives a snapshot of the flow.
        step(event, snapshot as VerificationSnapshot);
      });
      // A flow that has started already tells nothing of its start.
      queueMicrotask(() => {
        if (!isStopped && !hasBegun) step({ type: "xstate.init" }, actor.getSnapshot());
      });
      return () => {
        isStopped = true;
        subscription.unsubscribe();
        for (const kind of pending.keys()) settle(kind, "dropped", "replaced");
        changed();
      };
    },
    note: (note) => {
      add({ type: "note", note });
      changed();
    },
  };
}
