import type { CallResult } from "../chart/actors.js";
import type { Condition, Patch, Told, VerificationContext } from "../chart/context.js";
import { mayHaveBeenProcessed, type ApiFailure, type ApiFailureKind } from "../failures.js";
import { withFacts } from "./channel.js";
import { nextAttempt } from "./retries.js";

/*
 * What each failure means for each call: the one table of the flow, also in docs/behaviour.md. Nothing else looks at
 * the kind of a failure to decide.
 */

/** The calls that the flow makes, by the id of their actor. */
type Operation = "readStatus" | "sendCode" | "confirmCode";

/** The meaning of a call's end for the flow. */
export type Outcome =
  | "succeeded"
  | "retry"
  | "failed"
  | "throttled"
  | "userUnknown"
  | "perhapsSent"
  | "contactRefused"
  | "contactNeeded"
  | "unclear"
  | "wrongCode"
  | "spentCode"
  | "malformedCode";

/** An outcome, or a retry with what follows when the retries are spent. */
type Cell = Exclude<Outcome, "succeeded" | "retry"> | { readonly retryThen: "failed" | "perhapsSent" };

/** The failures by kind; an answer that the contract doesn't know may have been acted on if it was a 2xx. */
type Row = ApiFailureKind | "protocol2xx";

const retry = { retryThen: "failed" } as const;
const fails = { readStatus: "failed", sendCode: "failed", confirmCode: "failed" } as const;

/**
 * A read is safe to retry. A send that may have gone out is not sent again without an answer: its code would end the
 * one before (B1). A code gets no verdict without a clear answer: the status is read first (B2).
 */
export const outcomes: Readonly<Record<Row, Readonly<Record<Operation, Cell>>>> = {
  unreachable: { readStatus: retry, sendCode: retry, confirmCode: retry },
  tokenUnavailable: { readStatus: retry, sendCode: retry, confirmCode: retry },
  noAnswer: { readStatus: retry, sendCode: "perhapsSent", confirmCode: "unclear" },
  serverError: { readStatus: retry, sendCode: { retryThen: "perhapsSent" }, confirmCode: "unclear" },
  protocol: { readStatus: retry, sendCode: retry, confirmCode: retry },
  protocol2xx: { readStatus: retry, sendCode: "perhapsSent", confirmCode: "unclear" },
  throttled: { readStatus: retry, sendCode: "throttled", confirmCode: "throttled" },
  unauthorized: fails,
  userNotFound: { readStatus: "userUnknown", sendCode: "userUnknown", confirmCode: "userUnknown" },
  codeRejected: { ...fails, confirmCode: "wrongCode" },
  codeMalformed: { ...fails, confirmCode: "malformedCode" },
  codeSpent: { ...fails, confirmCode: "spentCode" },
  contactRefused: { ...fails, sendCode: "contactRefused" },
  contactNeeded: { readStatus: "failed", sendCode: "contactRefused", confirmCode: "contactNeeded" },
  invalidRequest: fails,
};

/** A call that has ended: which, and with what. */
type EndedCall = { readonly operation: Operation; readonly result: CallResult<unknown> };

/** The call whose end the event reports; null for any other event. */
export function endedCall({ event }: Told): EndedCall | null {
  if (event.type === "xstate.done.actor.readStatus") return { operation: "readStatus", result: event.output };
  if (event.type === "xstate.done.actor.sendCode") return { operation: "sendCode", result: event.output };
  return event.type === "xstate.done.actor.confirmCode"
    ? { operation: "confirmCode", result: event.output }
    : null;
}

/** The failure with which a call has ended; null for a success, and for any other event. */
export function failureOf(told: Told): ApiFailure | null {
  const outcome = endedCall(told)?.result.outcome;
  return outcome === undefined || outcome.ok ? null : outcome.failure;
}

const rowOf = (failure: ApiFailure): Row =>
  failure.kind === "protocol" && mayHaveBeenProcessed(failure) ? "protocol2xx" : failure.kind;

/** Whether a 5xx counts as no answer, which the policy may choose for sends. */
const isFinal = ({ policy }: VerificationContext, operation: Operation, failure: ApiFailure): boolean =>
  operation === "sendCode" && failure.kind === "serverError" && policy.retrySends === "never";

/** Returns the meaning of a call's end; null for any other event. */
export function outcomeOf(told: Told): Outcome | null {
  const { context } = told;
  const ended = endedCall(told);
  if (ended === null) return null;
  const failure = failureOf(told);
  if (failure === null) return "succeeded";
  const { operation, result } = ended;
  const cell = outcomes[rowOf(failure)][operation];
  const next = nextAttempt(context.policy.retry, context.attempts[operation], result);
  const canRetry = next !== null && !isFinal(context, operation, failure);
  if (typeof cell === "object" && canRetry) return "retry";
  const outcome = typeof cell === "object" ? cell.retryThen : cell;
  // A code of an earlier attempt may still arrive, however the last attempt ended.
  const mayBeOut = operation === "sendCode" && context.attempts.sendCode?.mayHaveBeenSent === true;
  return mayBeOut && (outcome === "failed" || outcome === "throttled") ? "perhapsSent" : outcome;
}

const is =
  (outcome: Outcome): Condition =>
  (told) =>
    outcomeOf(told) === outcome;

export const outcomeGuards = {
  callSucceeded: is("succeeded"),
  callCanBeRetried: is("retry"),
  callIsThrottled: is("throttled"),
  userIsUnknown: is("userUnknown"),
  codeIsPerhapsSent: is("perhapsSent"),
  contactIsRefused: is("contactRefused"),
  contactIsNeeded: is("contactNeeded"),
  confirmIsUnclear: is("unclear"),
  codeIsWrong: is("wrongCode"),
  codeIsSpent: is("spentCode"),
  codeIsMalformed: is("malformedCode"),
};

/** The retry of whatever call has failed; that of a send remembers what may have gone out. */
function planRetry(told: Told): Patch {
  const { context } = told;
  const ended = endedCall(told);
  if (ended === null) return {};
  const { operation, result } = ended;
  const next = nextAttempt(context.policy.retry, context.attempts[operation], result);
  if (operation !== "sendCode" || next === null)
    return { now: result.at, attempts: { ...context.attempts, [operation]: next } };
  const failure = failureOf(told);
  const mayHaveBeenSent =
    context.attempts.sendCode?.mayHaveBeenSent === true ||
    (failure !== null && mayHaveBeenProcessed(failure));
  return {
    now: result.at,
    attempts: { ...context.attempts, sendCode: { ...next, mayHaveBeenSent } },
    ...(mayHaveBeenSent ? {} : withFacts(context, { sendingSince: null })),
  };
}

export const outcomeChanges = { planRetry };
