import type { Clock, EpochMs } from "../clock.port.js";
import { remainingMs, type Deadline } from "../rules/deadline.js";

/** A longer delay would overflow a 32-bit timer, which then fires at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The waits that are under way in one flow. */
export interface Waits {
  /**
   * Waits for a deadline.
   *
   * The wait ends when the wall clock reaches it, or when its whole length has elapsed, whichever is first:
   * a clock that is set back doesn't lengthen it, and one that is set forward ends it at the next look.
   * After an abort the promise stays open, as nobody waits for it any more.
   */
  until(deadline: Deadline, signal: AbortSignal): Promise<{ readonly at: EpochMs }>;
  /** Looks at the wall clock again: after a sleep, timers are late. */
  check(): void;
}

export function createWaits(clock: Clock): Waits {
  const checks = new Set<() => void>();
  return {
    until: (deadline, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return;
        let left = remainingMs(deadline, clock.now());
        let cancelTimer = () => {};

        const stop = () => {
          cancelTimer();
          checks.delete(check);
          signal.removeEventListener("abort", stop);
        };
        const end = () => {
          stop();
          resolve({ at: clock.now() });
        };
        const arm = () => {
          const delay = Math.min(left, LONGEST_TIMER_MS);
          cancelTimer = clock.schedule(() => {
            left = Math.min(left - delay, remainingMs(deadline, clock.now()));
            if (left <= 0) end();
            else arm();
          }, delay);
        };
        const check = () => {
          if (deadline.until <= clock.now()) end();
        };

        checks.add(check);
        signal.addEventListener("abort", stop);
        arm();
      }),
    check: () => {
      for (const check of checks) check();
    },
  };
}
