import type { EpochMs } from "../clock.port.js";
import type { VerificationContext } from "../chart/context.js";
import type { CallResult } from "../chart/actors.js";
import type { RetryPolicy } from "../policy.js";
import { deadlineAfter, type Deadline } from "./deadline.js";

/** The retries of one call. */
export interface Attempts {
  /** Retries so far. */
  readonly retries: number;
  /** No retry begins after this. */
  readonly giveUpAt: EpochMs;
  /** The next retry. */
  readonly next: Deadline;
}

/** The retries of a send. */
export interface SendAttempts extends Attempts {
  /** Whether the service may have acted on one of the attempts. */
  readonly mayHaveBeenSent: boolean;
}

export const noAttempts: VerificationContext["attempts"] = {
  readStatus: null,
  sendCode: null,
  confirmCode: null,
};

/** The longest `Retry-After` that is honoured: an hour. A longer one is a mistake or an attack (B13). */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/** How long the service asks to wait, in ms; 0 without a request, or with an invalid one (B13). */
export function askedWaitMs({ outcome }: CallResult<unknown>): number {
  const asked = !outcome.ok && outcome.failure.kind === "throttled" ? (outcome.failure.retryAfterMs ?? 0) : 0;
  return asked > 0 ? Math.min(asked, MAX_RETRY_AFTER_MS) : 0;
}

/** Full jitter: a random share of an exponentially growing wait spreads a crowd of clients best. */
const backoffMs = ({ baseMs, capMs }: RetryPolicy, retries: number, roll: number): number =>
  Math.round(roll * Math.min(capMs, baseMs * 2 ** retries));

/**
 * Plans the next attempt after a failure.
 *
 * @returns null when the retries or the time are spent (B14).
 */
export function nextAttempt(
  retry: RetryPolicy,
  before: Attempts | null,
  result: CallResult<unknown>,
): Attempts | null {
  const retries = before?.retries ?? 0;
  const giveUpAt = before?.giveUpAt ?? result.startedAt + retry.totalMs;
  if (retries >= retry.maxRetries) return null;
  const next = deadlineAfter(
    result.at,
    Math.max(askedWaitMs(result), backoffMs(retry, retries, result.roll)),
  );
  return next.until > giveUpAt ? null : { retries: retries + 1, giveUpAt, next };
}
