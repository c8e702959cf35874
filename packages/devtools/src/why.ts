import type { ApiFailureKind, Channel } from "@veristep/core";
import { member, regionState, type RequestKind, type Step } from "./step.js";

/*
 * Why things happen, as keys of the catalogues. Each is read from a step alone: the event, and the facts of the flow
 * before and after it.
 */

/** Why a request is made. */
export type Reason =
  | "start"
  | "refresh"
  | "poll"
  | "otherTab"
  | "lostConfirm"
  | "refusedCode"
  | "sent"
  | "refusedContact"
  | "firstCode"
  | "resend"
  | "newNumber"
  | "codeTyped"
  | "secondTry"
  | "backoff"
  | "userRetry";

/** The meaning of a request's end for the flow. */
export type Result =
  | "statusRead"
  | "stillUnverified"
  | "codeSent"
  | "perhapsSent"
  | "codeAccepted"
  | "codeRefused"
  | "unclear"
  | "malformed"
  | "retryPlanned"
  | "throttled"
  | "signedOut"
  | "unknownUser"
  | "contactRefused"
  | "contactNeeded"
  | "givenUp"
  | "replaced";

/** The end of a request: a success, a failure of the API, or neither, as its answer counts no more. */
export type Outcome = "ok" | "dropped" | ApiFailureKind;

/** A fact that became true in a step, apart from the requests. */
export type Change =
  | "emailByCode"
  | "phoneByCode"
  | "emailByLostAnswer"
  | "phoneByLostAnswer"
  | "emailElsewhere"
  | "phoneElsewhere"
  | "locked"
  | "throttled"
  | "unlocked"
  | "canResend"
  | "verified"
  | "failed";

const actors: Readonly<Record<RequestKind, string>> = {
  status: "xstate.done.actor.readStatus",
  send: "xstate.done.actor.sendCode",
  confirm: "xstate.done.actor.confirmCode",
};

/** Returns how a request of this kind has ended in the step. */
export function outcomeOf({ event }: Step, kind: RequestKind): Outcome {
  if (event.type !== actors[kind]) return "dropped";
  const outcome = member(member(event, "output"), "outcome");
  if (member(outcome, "ok") === true) return "ok";
  // What a flow's own actor gives: one of core's `ApiFailure`.
  return member(member(outcome, "failure"), "kind") as ApiFailureKind;
}

/** Returns why a request of this kind begins in the step. */
export function reasonOf(step: Step, kind: RequestKind): Reason {
  const { type } = step.event;
  if (/\.(waitToRead|waitToSend|waitToConfirm)$/.test(type)) return "backoff";
  if (type === "retry.requested") return "userRetry";
  if (kind === "confirm") return type === actors.status ? "secondTry" : "codeTyped";
  if (kind === "send") {
    if (type === "resend.requested") return "resend";
    return type === "phone.submitted" ? "newNumber" : "firstCode";
  }
  if (type === "refresh.requested") return "refresh";
  if (type.startsWith("record.")) return "otherTab";
  if (type.endsWith(".waitToPoll")) return "poll";
  if (type === actors.send) return outcomeOf(step, "send") === "ok" ? "sent" : "refusedContact";
  if (type !== actors.confirm) return "start";
  const outcome = outcomeOf(step, "confirm");
  return outcome === "codeRejected" || outcome === "codeSpent" ? "refusedCode" : "lostConfirm";
}

const ofFailure: Partial<Readonly<Record<ApiFailureKind, Result>>> = {
  throttled: "throttled",
  unauthorized: "signedOut",
  userNotFound: "unknownUser",
  codeMalformed: "malformed",
  contactRefused: "contactRefused",
  contactNeeded: "contactNeeded",
};

/** Whether a repeat of this kind of request is planned. */
function isRetried({ after }: Step, kind: RequestKind): boolean {
  const { attempts } = after.context;
  const plan = { status: attempts.readStatus, send: attempts.sendCode, confirm: attempts.confirmCode }[kind];
  return plan !== null && after.hasTag("retrying");
}

/** Returns what the end of a request means for the flow. */
export function resultOf(step: Step, kind: RequestKind): Result {
  const outcome = outcomeOf(step, kind);
  const { before, after } = step;
  if (outcome === "dropped") return "replaced";
  if (outcome === "ok") {
    if (kind === "send") return "codeSent";
    if (kind === "confirm") return "codeAccepted";
    const isDecided = before.context.entry.doubt !== null && before.context.channel === after.context.channel;
    return isDecided ? "stillUnverified" : "statusRead";
  }
  if (isRetried(step, kind)) return "retryPlanned";
  if (kind === "send" && regionState(after, "delivery") === "coolingDown" && outcome !== "throttled")
    return "perhapsSent";
  if (kind === "confirm" && regionState(after, "entry") === "reconciling")
    return outcome === "codeRejected" || outcome === "codeSpent" ? "codeRefused" : "unclear";
  return ofFailure[outcome] ?? "givenUp";
}

const channels: readonly Channel[] = ["email", "phone"];

/** Says how a contact came to be verified in the step. */
function verifiedBy({ before, after }: Step, channel: Channel): Change | null {
  const evidence = after.context.evidence[channel];
  if (evidence === null || before.context.evidence[channel] !== null) return null;
  if (evidence.by === "code") return `${channel}ByCode`;
  const wasInDoubt = before.context.channel === channel && before.context.entry.doubt !== null;
  return wasInDoubt ? `${channel}ByLostAnswer` : `${channel}Elsewhere`;
}

/** Returns what became true in the step, in the order in which to tell it. */
export function changesIn(step: Step): readonly Change[] {
  const { before, after } = step;
  const now = (snapshot: Step["before"], tag: "locked" | "coolingDown") => snapshot.hasTag(tag);
  const found: Array<Change | null> = channels.map((channel) => verifiedBy(step, channel));
  const isSameStep = before.context.channel === after.context.channel && after.status === "active";
  if (!now(before, "locked") && now(after, "locked")) {
    const lock = after.context.facts[after.context.channel].lock;
    found.push(lock?.by === "service" ? "throttled" : "locked");
  }
  if (now(before, "locked") && !now(after, "locked") && isSameStep) found.push("unlocked");
  if (now(before, "coolingDown") && regionState(after, "delivery") === "codeIsOut") found.push("canResend");
  if (before.status === "active" && after.status !== "active")
    found.push(after.hasTag("verified") ? "verified" : "failed");
  return found.filter((change) => change !== null);
}
