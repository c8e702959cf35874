/** Milliseconds since 1970-01-01T00:00:00Z, as `Date.now()` counts them. Never a duration. */
export type EpochMs = number;

/**
 * Where the flow takes its time from.
 *
 * Everything that waits or stamps goes through this port, so a test, a simulation or a durable engine can
 * own time. `now` is wall-clock time and may jump both ways; `schedule` counts elapsed time and may not.
 */
export interface Clock {
  /** The wall-clock time, in epoch ms. */
  now(): EpochMs;
  /**
   * Calls `wake` once, `delayMs` of elapsed time from now at the earliest.
   *
   * @param delayMs 0 to 2,147,483,647; the flow never asks for more at once.
   * @returns cancels the call; calling it again, or after the wake-up, does nothing.
   */
  schedule(wake: () => void, delayMs: number): () => void;
}

/** The clock of the machine that runs this code. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (wake, delayMs) => {
    const timer = setTimeout(wake, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A random number in [0, 1), used for the jitter of retries only. Never used for anything secret. */
export type RandomSource = () => number;
