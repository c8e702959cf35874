import type { EpochMs } from "../clock.port.js";

/**
 * A point in time that something waits for, with the length that the wait had when it began.
 *
 * The length is what keeps a wrong clock from doing harm: set back by an hour, the clock would make a
 * cooldown of a minute last an hour; the rest of a wait is therefore never longer than its length (B7).
 */
export interface Deadline {
  readonly until: EpochMs;
  readonly lengthMs: number;
}

export const deadlineAfter = (from: EpochMs, lengthMs: number): Deadline => ({
  until: from + lengthMs,
  lengthMs,
});

/** What is left of the wait, in ms: 0 to its length. */
export const remainingMs = (deadline: Deadline, now: EpochMs): number =>
  Math.min(Math.max(deadline.until - now, 0), deadline.lengthMs);

export const isOver = (deadline: Deadline | null, now: EpochMs): boolean =>
  deadline === null || remainingMs(deadline, now) === 0;

/** The wait for a deadline. Where none is planned, the wait ends at once. */
export const waitFor = (deadline: Deadline | null | undefined): Deadline => ({
  until: deadline?.until ?? 0,
  lengthMs: deadline?.lengthMs ?? 0,
});
