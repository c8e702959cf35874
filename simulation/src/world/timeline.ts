import type { Clock, EpochMs } from "@veristep/core";

/** A tab as its browser sees it: a process that can sleep or die at any moment. */
export interface Process {
  readonly name: string;
  alive: boolean;
  /** `throttled`: its timers don't fire. `frozen`: nothing reaches it. */
  asleep: "no" | "throttled" | "frozen";
}

interface Due {
  at: number;
  readonly order: number;
  readonly run: () => void;
  readonly process: Process | null;
  readonly kind: "timer" | "message";
}

/** Simulated time: the true time, and what will happen when. */
export interface Timeline {
  /** The true time that has elapsed, in ms. */
  readonly elapsed: number;
  /**
   * Plans something for `delayMs` from now.
   *
   * @param process in which it happens: never if that is gone. null: outside of all processes.
   * @returns cancels it.
   */
  plan(delayMs: number, run: () => void, process: Process | null, kind?: Due["kind"]): () => void;
  /** Runs the next thing that is due within `withinMs`. False if there was nothing. */
  runNext(withinMs: number): Promise<boolean>;
  /** Lets `ms` of true time elapse. */
  advance(ms: number): Promise<void>;
  /** Counts the timers of a process, or its messages: answers, news, results of its store. */
  pending(process: Process, kind: Due["kind"]): number;
  /** Delays the timers of all processes: a suspended machine doesn't count the time. */
  postponeTimers(ms: number): void;
}

/** Waits until everything that can happen without time elapsing has happened. */
export async function settle(): Promise<void> {
  // Streams of the platform take several turns of the event loop.
  for (let turns = 0; turns < 3; turns += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** @param afterEach is called after each event has settled. Time stops when it returns "stop". */
export function createTimeline(afterEach: () => "continue" | "stop"): Timeline {
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
    pending: (process, kind) => planned.filter((due) => due.process === process && due.kind === kind).length,
    postponeTimers: (ms) => {
      for (const due of planned) if (due.kind === "timer" && due.process !== null) due.at += ms;
    },
  };
}

/** The clock of a device, which its tabs share. It can be set; true time can't. */
export interface DeviceClock {
  readonly now: () => EpochMs;
  readonly set: (byMs: number) => void;
  readonly of: (process: Process) => Clock;
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
