import { mayHaveBeenProcessed } from "../failures.js";
import type { RetryPolicy } from "../policy.js";
import type { Attempts, ConfirmResult, SendResult, StatusResult, VerificationContext } from "./context.js";
import { deadlineAfter } from "./deadline.js";

/*
 * Which call may be repeated, and what each outcome means: the one table of the flow.
 * The chart asks it by guards; nothing else looks at the kind of a failure to decide.
 */

export type AnyResult = StatusResult | SendResult | ConfirmResult;

/** Full jitter: a random share of an exponentially growing wait, which spreads a crowd of clients best. */
function backoffMs(retry: RetryPolicy, repeats: number, roll: number): number {
  return Math.round(roll * Math.min(retry.capMs, retry.baseMs * 2 ** repeats));
}

/** The longest `Retry-After` that is honoured: an hour. A longer one is a mistake or an attack (B13). */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** The wait that a call owes the service which throttles it; `otherwiseMs` where the service asks for none. */
export const askedWaitMs = ({ outcome }: AnyResult, otherwiseMs: number): number =>
  !outcome.ok && outcome.failure.kind === "throttled"
    ? Math.min(outcome.failure.retryAfterMs ?? otherwiseMs, MAX_RETRY_AFTER_MS)
    : otherwiseMs;

/**
 * The next attempt after a failure.
 *
 * @returns null when the repeats or the time are spent (B14).
 */
export function nextAttempt(retry: RetryPolicy, before: Attempts | null, result: AnyResult): Attempts | null {
  const repeats = before?.repeats ?? 0;
  const giveUpAt = before?.giveUpAt ?? result.startedAt + retry.totalMs;
  if (repeats >= retry.maxRetries) return null;
  const backoff = backoffMs(retry, repeats, result.roll);
  const next = deadlineAfter(result.at, Math.max(askedWaitMs(result, 0), backoff));
  return next.until > giveUpAt ? null : { repeats: repeats + 1, giveUpAt, next };
}

export type StatusVerdict = "read" | "repeat" | "tokenExpired" | "userNotFound" | "givenUp";

/** A read is safe to repeat after whatever may pass. */
export function judgeStatus(
  context: VerificationContext,
  attempts: Attempts | null,
  result: StatusResult,
): StatusVerdict {
  if (result.outcome.ok) return "read";
  const { failure } = result.outcome;
  const repeat = nextAttempt(context.policy.retry, attempts, result) === null ? "givenUp" : "repeat";
  switch (failure.kind) {
    case "unreachable":
    case "tokenUnavailable":
    case "noAnswer":
    case "serverError":
    case "protocol":
    case "throttled":
      return repeat;
    case "unauthorized":
      return "tokenExpired";
    case "userNotFound":
      return "userNotFound";
    case "codeRejected":
    case "codeMalformed":
    case "codeSpent":
    case "contactRefused":
    case "contactNeeded":
    case "invalidRequest":
      return "givenUp";
  }
}

export type SendVerdict =
  | "accepted"
  | "perhapsSent"
  | "repeat"
  | "throttled"
  | "tokenExpired"
  | "contactRefused"
  | "userNotFound"
  | "givenUp";

/** A send that may have gone out is not repeated blindly: its code would kill the one before (B1). */
export function judgeSend(context: VerificationContext, result: SendResult): SendVerdict {
  if (result.outcome.ok) return "accepted";
  const { failure } = result.outcome;
  const canRepeat = nextAttempt(context.policy.retry, context.attempts.send, result) !== null;
  switch (failure.kind) {
    case "unreachable":
    case "tokenUnavailable":
      return canRepeat ? "repeat" : "givenUp";
    case "serverError":
      return canRepeat && context.policy.retrySends === "on5xx" ? "repeat" : "perhapsSent";
    case "noAnswer":
      return "perhapsSent";
    case "protocol":
      return mayHaveBeenProcessed(failure) ? "perhapsSent" : "givenUp";
    case "throttled":
      return "throttled";
    case "unauthorized":
      return "tokenExpired";
    case "userNotFound":
      return "userNotFound";
    case "contactRefused":
    case "contactNeeded":
      return "contactRefused";
    case "codeRejected":
    case "codeMalformed":
    case "codeSpent":
    case "invalidRequest":
      return "givenUp";
  }
}

export type ConfirmVerdict =
  | "confirmed"
  | "rejected"
  | "spent"
  | "contactNeeded"
  | "malformed"
  | "unclear"
  | "repeat"
  | "throttled"
  | "tokenExpired"
  | "userNotFound"
  | "givenUp";

/** No verdict on a code without a clear answer: an unclear one is settled by the status (B2). */
export function judgeConfirm(context: VerificationContext, result: ConfirmResult): ConfirmVerdict {
  if (result.outcome.ok) return "confirmed";
  const { failure } = result.outcome;
  switch (failure.kind) {
    case "codeRejected":
      return "rejected";
    case "codeMalformed":
      return "malformed";
    case "codeSpent":
      return "spent";
    case "contactNeeded":
      return context.channel === "phone" ? "contactNeeded" : "givenUp";
    case "noAnswer":
    case "serverError":
      return "unclear";
    case "protocol":
      return mayHaveBeenProcessed(failure) ? "unclear" : "givenUp";
    case "unreachable":
    case "tokenUnavailable":
      return nextAttempt(context.policy.retry, context.attempts.confirm, result) === null
        ? "givenUp"
        : "repeat";
    case "throttled":
      return "throttled";
    case "unauthorized":
      return "tokenExpired";
    case "userNotFound":
      return "userNotFound";
    case "contactRefused":
    case "invalidRequest":
      return "givenUp";
  }
}
