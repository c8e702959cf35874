import type { Clock } from "@veristep/core";

/** Lets callers through at a rate, in the order in which they came. */
export interface Pacer {
  /** Waits for a turn. @returns false when the signal aborted first. */
  turn(signal: AbortSignal): Promise<boolean>;
}

/** Timers are no finer than this; at higher rates several callers go through at once. */
const SHORTEST_TICK_MS = 10;

export const unpaced: Pacer = { turn: (signal) => Promise.resolve(!signal.aborted) };

/**
 * @param perSecond callers in a second, at most. Elapsed time counts, not the wall clock: a clock that is set changes
 *   nothing.
 */
export function createPacer(perSecond: number, clock: Clock): Pacer {
  const tickMs = Math.max(1_000 / perSecond, SHORTEST_TICK_MS);
  const perTick = (perSecond * tickMs) / 1_000;
  const waiting = new Set<() => void>();
  let credit = perTick;
  let ticking = false;

  const release = () => {
    for (const go of waiting) {
      if (credit < 1) break;
      credit -= 1;
      waiting.delete(go);
      go();
    }
  };
  const tick = () => {
    // What was not used is not saved up: a pause isn't followed by a burst.
    credit = Math.min(credit + perTick, Math.max(perTick, 1));
    release();
    ticking = waiting.size > 0 || credit < Math.max(perTick, 1);
    if (ticking) clock.schedule(tick, tickMs);
  };

  return {
    turn: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve(false);
          return;
        }
        const giveUp = () => {
          waiting.delete(go);
          resolve(false);
        };
        const go = () => {
          signal.removeEventListener("abort", giveUp);
          resolve(true);
        };
        signal.addEventListener("abort", giveUp);
        waiting.add(go);
        release();
        if (!ticking) {
          ticking = true;
          clock.schedule(tick, tickMs);
        }
      }),
  };
}
