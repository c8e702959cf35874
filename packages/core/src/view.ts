import type { EpochMs } from "./clock.port.js";
import type { VerificationSnapshot } from "./host/engine.port.js";
import { type VerificationContext, type VerificationEvent } from "./chart/context.js";
import { activeContact, activeFacts } from "./rules/channel.js";
import { type Evidence } from "./rules/endings.js";
import { type ShownFailure } from "./rules/shown-failure.js";
import { remainingMs, type Deadline } from "./rules/deadline.js";
import { attemptsAt, lockAt } from "./rules/lock.js";
import { codeExpiry, sendBarrier, sendsInWindow, sentHere } from "./rules/sends.js";
import type { FlowFailure } from "./failures.js";
import type { CodeFormat } from "./policy.js";
import { messageKeyOf, type MessageKey } from "./messages/message.js";
import type { Channel } from "./verification-api.port.js";

export type { VerificationSnapshot };

/** The step of the flow. A screen is chosen by it. */
export type Step = "checking" | "email" | "phoneEntry" | "phone" | "verified" | "failed";

/** The newest code, as the user sees it. */
export interface CodeView {
  /** Whether a code would be taken now. */
  readonly canSubmit: boolean;
  /** Characters of a code. */
  readonly length: number;
  /** Which characters a code has. */
  readonly characters: CodeFormat["characters"];
  /** Wrong codes left before the entry is locked. */
  readonly attemptsLeft: number;
  /** "perhaps": the request for it got no answer; it may come or not. */
  readonly sent: "no" | "yes" | "perhaps";
  /** When the newest code was sent: "use the code sent at 10:42". Epoch ms. */
  readonly sentAt: EpochMs | null;
  /** Counts the codes of this channel. When it changes, what was typed is for a dead code: clear it (B9). */
  readonly generation: number;
  /** When the newest code is expected to expire. A hint: the service alone decides. Epoch ms. */
  readonly expiresAt: EpochMs | null;
}

/** Whether and when a resend is allowed. */
export interface ResendView {
  /** Whether a resend would be taken now. */
  readonly allowed: boolean;
  /** When it will be, in epoch ms by the caller's clock; null when it is now, or when a call is under way. */
  readonly availableAt: EpochMs | null;
  /** Why not yet. */
  readonly blockedBy: "cooldown" | "lock" | "sendLimit" | "busy" | null;
  /** Sends left within the policy's window. */
  readonly sendsLeft: number;
}

/** Whether and when a phone number can be submitted. */
export interface PhoneEntryView {
  /** Whether a number would be taken now. */
  readonly canSubmit: boolean;
  /** When it will be, in epoch ms by the caller's clock: a new number waits for the cooldown as well. */
  readonly availableAt: EpochMs | null;
}

/** Everything that a screen (or a script) needs of a flow at one moment. Plain JSON, no secrets. */
export interface VerificationView {
  readonly step: Step;
  /** The input that the flow needs to continue; null while it is working, and when it has ended. */
  readonly awaiting: "code" | "phone" | "retry" | null;
  /** The contact that is being verified. */
  readonly channel: Channel | null;
  /** That contact, masked. */
  readonly destination: string | null;
  /** The activities under way, the most important first. There may be several: a code can be typed while another is sent. */
  readonly activities: ReadonlyArray<"sending" | "confirming" | "reconciling" | "checking" | "retrying">;
  /** When the next automatic repeat begins, in epoch ms by the caller's clock; null when none is planned. */
  readonly nextAttemptAt: EpochMs | null;
  readonly code: CodeView | null;
  readonly resend: ResendView | null;
  readonly phoneEntry: PhoneEntryView | null;
  /** Set while the entry is locked: the end of the lock, and its cause. */
  readonly lock: { readonly until: EpochMs; readonly by: "attempts" | "service" } | null;
  /** Whether `retry()` is allowed: the automatic repeats are spent. */
  readonly canRetry: boolean;
  readonly canChangePhone: boolean;
  /** The latest failure that still matters; its `kind` is a key of the message catalogue. */
  readonly failure: ShownFailure | null;
  /**
   * The text for a screen reader, as a key of the message catalogue. It changes when something happened, such as
   * the end of a lock, and never with a countdown, so it can be put into a live region as it is (B61).
   */
  readonly announcement: MessageKey;
  /** How each contact was verified. */
  readonly evidence: { readonly email: Evidence | null; readonly phone: Evidence | null };
  /** Why the flow has ended without verifying. */
  readonly failedBecause: FlowFailure | null;
}

function stepOf(snapshot: VerificationSnapshot): Step {
  if (snapshot.hasTag("verified")) return "verified";
  if (snapshot.hasTag("failed") || snapshot.status === "error") return "failed";
  if (snapshot.hasTag("needsPhone")) return "phoneEntry";
  if (snapshot.matches("emailPending")) return "email";
  return snapshot.matches("phonePending") ? "phone" : "checking";
}

const activities = ["confirming", "reconciling", "sending", "retrying", "checking"] as const;

/** A deadline as the caller's clock sees it: never further away than its length (B7). */
const seenAt = (deadline: Deadline, now: EpochMs): EpochMs => now + remainingMs(deadline, now);

const sentAs = { accepted: "yes", perhaps: "perhaps" } as const;

function codeView(context: VerificationContext, canSubmit: boolean, now: EpochMs): CodeView {
  const facts = activeFacts(context);
  const isSentHere = sentHere(context);
  const newest = isSentHere ? facts.newestSend : null;
  const sentAt = isSentHere ? facts.sentAt : null;
  return {
    canSubmit,
    ...context.policy.codeFormat,
    attemptsLeft: Math.max(context.policy.maxAttempts - attemptsAt(context, now), 0),
    sent: newest === null ? "no" : sentAs[newest],
    sentAt,
    generation: facts.generation,
    expiresAt: codeExpiry(context)?.until ?? null,
  };
}

/** A flow that was stopped takes nothing, wherever it stands. */
const takes = (snapshot: VerificationSnapshot, event: VerificationEvent): boolean =>
  snapshot.status === "active" && snapshot.can(event);

function resendView(snapshot: VerificationSnapshot, now: EpochMs): ResendView {
  const { context } = snapshot;
  const barrier = sendBarrier(context, now);
  const allowed = takes(snapshot, { type: "resend.requested", at: now });
  return {
    allowed,
    availableAt: allowed || barrier === null ? null : seenAt(barrier.deadline, now),
    blockedBy: allowed ? null : (barrier?.kind ?? "busy"),
    sendsLeft: Math.max(context.policy.maxSendsPerWindow - sendsInWindow(context, now).length, 0),
  };
}

function phoneEntryView(context: VerificationContext, isActive: boolean, now: EpochMs): PhoneEntryView {
  const barrier = sendBarrier(context, now);
  return {
    canSubmit: isActive && barrier === null,
    availableAt: barrier === null ? null : seenAt(barrier.deadline, now),
  };
}

/** A flow that has broken in the middle of a step can't have said so itself. */
const endOf = ({ status, context }: VerificationSnapshot): FlowFailure | null =>
  context.failedBecause ?? (status === "error" ? { kind: "defect" } : null);

function announcementOf(
  step: Step,
  snapshot: VerificationSnapshot,
  code: CodeView | null,
  now: EpochMs,
): MessageKey {
  const { context } = snapshot;
  if (step === "verified") return "verified";
  const ended = endOf(snapshot);
  if (ended !== null) return ended.kind;
  if (snapshot.hasTag("retrying")) return "retrying";
  if (snapshot.hasTag("confirming") || snapshot.hasTag("reconciling")) return "confirming";
  if (code !== null && snapshot.hasTag("locked"))
    return activeFacts(context).lock?.by === "service" ? "throttled" : "lock";
  if (snapshot.hasTag("sending")) return "sending";
  const { failure } = context;
  // Not "no answer came": the user needs to know that a code may still arrive.
  const isSilence = code?.sent === "perhaps" && failure?.about === "send" && failure.at === code.sentAt;
  if (failure !== null && !isSilence) return messageKeyOf(failure);
  if (step === "phoneEntry") return "phoneWanted";
  if (code === null) return "checking";
  if (code.sent === "no") return "noCodeSent";
  if (code.expiresAt !== null && code.expiresAt <= now) return "codeExpired";
  if (code.sent === "perhaps") return "codePerhapsSent";
  return code.generation > 1 ? "codeReplaced" : "codeSent";
}

function nextAttemptAt(snapshot: VerificationSnapshot, now: EpochMs): EpochMs | null {
  if (!snapshot.hasTag("retrying")) return null;
  const planned = Object.values(snapshot.context.attempts).flatMap((attempts) =>
    attempts === null ? [] : [seenAt(attempts.next, now)],
  );
  // A repeat that is due has begun, or is about to.
  const later = planned.filter((at) => at > now);
  if (planned.length === 0) return null;
  return later.length === 0 ? now : Math.min(...later);
}

function awaitingOf(now: {
  readonly step: Step;
  readonly canSubmit: boolean;
  readonly canRetry: boolean;
  readonly needsCode: boolean;
}): VerificationView["awaiting"] {
  if (now.step === "phoneEntry") return "phone";
  if (now.canSubmit) return "code";
  if (now.canRetry) return "retry";
  return now.needsCode ? "code" : null;
}

/**
 * Returns what any UI shows of a flow. A pure function: the same snapshot and time give the same view.
 *
 * @param now the time, in epoch ms, by the clock of the page that shows it.
 */
export function view(snapshot: VerificationSnapshot, now: EpochMs): VerificationView {
  const { context } = snapshot;
  const step = stepOf(snapshot);
  const proving = step === "email" || step === "phone";
  const lock = proving ? lockAt(context, now) : null;
  const canSubmit = takes(snapshot, { type: "code.submitted", at: now, codeRef: "" });
  const canRetry = takes(snapshot, { type: "retry.requested", at: now });
  const isActive = snapshot.status === "active";
  const needsCode = snapshot.hasTag("needsCode") && !snapshot.hasTag("locked");
  // The read before a verdict is part of reconciling.
  const isTelling = (activity: string) => activity !== "checking" || !snapshot.hasTag("reconciling");
  const code = proving ? codeView(context, canSubmit, now) : null;
  const awaiting = isActive ? awaitingOf({ step, canSubmit, canRetry, needsCode }) : null;
  return {
    step,
    awaiting,
    channel: proving || step === "phoneEntry" ? context.channel : null,
    destination: proving ? (activeContact(context)?.masked ?? null) : null,
    activities: activities.filter((activity) => isActive && snapshot.hasTag(activity) && isTelling(activity)),
    nextAttemptAt: nextAttemptAt(snapshot, now),
    code,
    resend: proving ? resendView(snapshot, now) : null,
    phoneEntry: step === "phoneEntry" ? phoneEntryView(context, isActive, now) : null,
    lock: lock === null ? null : { until: seenAt(lock, now), by: lock.by },
    canRetry,
    canChangePhone: takes(snapshot, { type: "phone.changeRequested", at: now }),
    failure: context.failure,
    announcement: announcementOf(step, snapshot, code, now),
    evidence: context.evidence,
    failedBecause: endOf(snapshot),
  };
}
