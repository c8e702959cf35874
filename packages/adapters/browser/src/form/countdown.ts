import type { Clock, EpochMs } from "@veristep/core";

/* Nothing here knows React: any framework can bind it. */

export interface Countdown {
  /** Whole seconds left, rounded up; 0 once the deadline has passed. It never grows. */
  readonly left: () => number;
  /** Tells of each new second, and of nothing after 0. @returns stops it. */
  readonly subscribe: (listener: () => void) => () => void;
}

const SECOND_MS = 1_000;

/** @param deadline in epoch ms by the clock; null: there is nothing to wait for. */
export function createCountdown(deadline: EpochMs | null, clock: Clock): Countdown {
  let until = deadline ?? Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  const left = () => {
    least = Math.max(0, Math.min(least, Math.ceil((until - clock.now()) / SECOND_MS)));
    return least;
  };
  return {
    left,
    subscribe: (listener) => {
      let cancel = () => {};
      const arm = () => {
        if (left() === 0) return;
        const armedAt = clock.now();
        const delay = (until - armedAt) % SECOND_MS || SECOND_MS;
        cancel = clock.schedule(() => {
          // A clock that is set back makes no wait longer (B7): what has elapsed counts.
          until -= Math.max(0, armedAt + delay - clock.now());
          listener();
          arm();
        }, delay);
      };
      arm();
      return () => {
        cancel();
      };
    },
  };
}
