import type { Clock, EpochMs } from "@veristep/core";
import type { Settle } from "../platform/settle.js";

/** A tab as its browser sees it: a process that can sleep, and that can be gone from one moment to the next. */
export interface Process {
  readonly name: string;
  alive: boolean;
  /** `throttled`: its timers don't fire. `frozen`: nothing reaches it at all. */
  asleep: "no" | "throttled" | "frozen";
}

interface Due {
  at: number;
  readonly order: number;
  readonly run: () => void;
  readonly process: Process | null;
  readonly kind: "timer" | "message";
}

/** Simulated time for everybody: the true time, and what is to happen at which. */
export interface Timeline {
  /** The time that has truly elapsed, in ms. */
  readonly elapsed: number;
  /**
   * Plans something `delayMs` from now.
   *
   * @param process whom it happens to; null for what happens whoever is there.
   * @returns cancels it.
   */
  plan(delayMs: number, run: () => void, process: Process | null, kind?: "timer" | "message"): () => void;
  /** Runs the next thing that is due within `withinMs`; false, and nothing has happened, if there is none. */
  runNext(withinMs: number): Promise<boolean>;
  /** Lets `ms` of true time elapse. */
  advance(ms: number): Promise<void>;
  /** How many timers of a process are armed. */
  timersOf(process: Process): number;
  /** How much else is to come for a process: answers, news, what it asked of its store. */
  messagesFor(process: Process): number;
  /** Puts off the timers of all processes: a machine that sleeps doesn't count its sleep. */
  postponeTimers(ms: number): void;
}

/**
 * @param afterEach called when everything that followed from one happening has settled. Time stops once it says
 *   "stop".
 */
export function createTimeline(settle: Settle, afterEach: () => "goOn" | "stop"): Timeline {
  let elapsed = 0;
  let order = 0;
  let stopped = false;
  const planned: Due[] = [];

  const isHeld = ({ process, kind }: Due): boolean =>
    process !== null && process.asleep !== "no" && (process.asleep === "frozen" || kind === "timer");

  const nextDue = (until: number): Due | undefined => {
    let next: Due | undefined;
    for (const due of planned) {
      if (due.at > until || isHeld(due)) continue;
      if (next === undefined || due.at < next.at || (due.at === next.at && due.order < next.order))
        next = due;
    }
    return next;
  };

  const runNext = async (withinMs: number): Promise<boolean> => {
    const due = stopped ? undefined : nextDue(elapsed + withinMs);
    if (due === undefined) return false;
    planned.splice(planned.indexOf(due), 1);
    elapsed = Math.max(elapsed, due.at);
    if (due.process?.alive !== false) {
      due.run();
      await settle();
      stopped = afterEach() === "stop";
    }
    return true;
  };

  return {
    get elapsed() {
      return elapsed;
    },
    plan: (delayMs, run, process, kind = "message") => {
      order += 1;
      const due: Due = { at: elapsed + Math.max(0, delayMs), order, run, process, kind };
      planned.push(due);
      return () => {
        const at = planned.indexOf(due);
        if (at !== -1) planned.splice(at, 1);
      };
    },
    runNext,
    advance: async (ms) => {
      const until = elapsed + ms;
      while (await runNext(until - elapsed));
      if (!stopped) elapsed = Math.max(elapsed, until);
    },
    timersOf: (process) => planned.filter((due) => due.process === process && due.kind === "timer").length,
    messagesFor: (process) =>
      planned.filter((due) => due.process === process && due.kind === "message").length,
    postponeTimers: (ms) => {
      for (const due of planned) if (due.kind === "timer" && due.process !== null) due.at += ms;
    },
  };
}

/** The clock of a device, which all of its tabs share. It can be set; true time can't. */
export interface DeviceClock {
  now(): EpochMs;
  set(byMs: number): void;
  /** What a tab of the device sees of it. */
  of(process: Process): Clock;
}

export function createDeviceClock(timeline: Timeline, startAt: EpochMs): DeviceClock {
  let offset = startAt;
  const now = () => offset + timeline.elapsed;
  return {
    now,
    set: (byMs) => {
      offset += byMs;
    },
    of: (process) => ({
      now,
      schedule: (wake, delayMs) => timeline.plan(delayMs, wake, process, "timer"),
    }),
  };
}
