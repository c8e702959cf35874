import type { Clock, EpochMs } from "@veristep/core";
import FlatQueue from "flatqueue";

/** Very many deadlines over one timer. Items are small whole numbers: places in a table of their owner. */
export interface Deadlines {
  /** Plans a wake-up for an item, in place of the one before. */
  set(item: number, at: EpochMs): void;
  /** Forgets it. */
  delete(item: number): void;
  /** Forgets all, and leaves no timer. */
  clear(): void;
}

/** A longer delay would overflow a 32-bit timer, which then fires at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** So many forgotten entries are not worth the work of leaving them out. */
const FEW = 1_000;

/**
 * They are kept by the time that has elapsed since the start, as far as it is seen: a clock that is set back makes no
 * wait longer, and one that is set forward ends it early (B7).
 */
export function createDeadlines(clock: Clock, onDue: (item: number) => void): Deadlines {
  let queue = new FlatQueue();
  /** By item; NaN where there is none. An entry of the queue that says something else is forgotten. */
  const dueAt: number[] = [];
  let planned = 0;
  let elapsed = 0;
  let seenAt = clock.now();
  let armed: {
    readonly dueAt: number;
    readonly since: number;
    readonly delay: number;
    readonly cancel: () => void;
  } | null = null;

  const look = () => {
    const now = clock.now();
    elapsed += Math.max(now - seenAt, 0);
    seenAt = now;
  };
  const head = (): { readonly item: number; readonly dueAt: number } | null => {
    for (;;) {
      const [item, due] = [queue.peek(), queue.peekValue()];
      if (item === undefined || due === undefined) return null;
      if (dueAt[item] === due) return { item, dueAt: due };
      queue.pop();
    }
  };
  const arm = () => {
    const next = head();
    // A clock that was set forward can have made it due before its timer fires.
    const isInTime = armed !== null && (elapsed < armed.dueAt || armed.delay === 0);
    if (next !== null && armed?.dueAt === next.dueAt && isInTime) return;
    armed?.cancel();
    armed = null;
    if (next === null) return;
    const delay = Math.min(Math.max(next.dueAt - elapsed, 0), LONGEST_TIMER_MS);
    armed = { dueAt: next.dueAt, since: elapsed, delay, cancel: clock.schedule(fire, delay) };
  };
  const forget = (item: number) => {
    if (Number.isNaN(dueAt[item] ?? Number.NaN)) return;
    dueAt[item] = Number.NaN;
    planned -= 1;
  };
  const fire = () => {
    const firedAt = armed === null ? 0 : armed.since + armed.delay;
    armed = null;
    look();
    elapsed = Math.max(elapsed, firedAt);
    for (let next = head(); next !== null && next.dueAt <= elapsed; next = head()) {
      queue.pop();
      forget(next.item);
      onDue(next.item);
    }
    arm();
  };
  /** Memory goes by what is planned, not by what ever was. */
  const leaveOutForgotten = () => {
    if (queue.length <= 2 * planned + FEW) return;
    queue = new FlatQueue();
    for (const [item, due] of dueAt.entries()) if (!Number.isNaN(due)) queue.push(item, due);
  };

  return {
    set: (item, at) => {
      look();
      forget(item);
      leaveOutForgotten();
      const due = elapsed + Math.max(at - seenAt, 0);
      dueAt[item] = due;
      planned += 1;
      queue.push(item, due);
      arm();
    },
    delete: (item) => {
      forget(item);
      arm();
    },
    clear: () => {
      armed?.cancel();
      armed = null;
      queue = new FlatQueue();
      dueAt.length = 0;
      planned = 0;
    },
  };
}
