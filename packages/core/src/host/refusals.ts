import type { EpochMs } from "../clock.port.js";
import type { CommandRefusal } from "../failures.js";
import type { VerificationEvent } from "../chart/context.js";
import { remainingMs } from "../rules/deadline.js";
import { codeMayBeOut } from "../rules/codes.js";
import { lockAt } from "../rules/lock.js";
import { sendBarrier } from "../rules/sends.js";
import type { VerificationSnapshot } from "../view.js";

/** A command of the user, as an event of the machine. */
export type CommandEvent = Exclude<
  Extract<VerificationEvent, { readonly at: EpochMs }>,
  { readonly type: "record.restored" | "record.removed" | "send.begun" }
>;

/**
 * Why the machine would not take an event; null when it would. The machine decides, by its own guards; this
 * only finds the words, so the two can't disagree on whether a call is taken.
 */
export function refusalOf(snapshot: VerificationSnapshot, event: CommandEvent): CommandRefusal | null {
  if (snapshot.status !== "active") return { kind: "ended" };
  if (snapshot.can(event)) return null;
  switch (event.type) {
    case "code.submitted":
      return refusedCode(snapshot, event.at);
    case "resend.requested":
      return isProving(snapshot) ? refusedSend(snapshot, event.at) : { kind: "notNow" };
    case "phone.submitted":
      if (!snapshot.hasTag("needsPhone") && !snapshot.matches("phonePending")) return { kind: "notNow" };
      // While the form for a number is open, the previous number is accepted again.
      return !snapshot.hasTag("needsPhone") && snapshot.context.contacts.phone?.ref === event.phone.ref
        ? { kind: "samePhone" }
        : refusedSend(snapshot, event.at);
    case "retry.requested":
      return snapshot.hasTag("canRetry") ? refusedSend(snapshot, event.at) : { kind: "notNow" };
    case "refresh.requested":
      return { kind: "busy" };
    case "phone.changeRequested":
    case "cancel.requested":
      return { kind: "notNow" };
  }
}

const isProving = (snapshot: VerificationSnapshot): boolean =>
  snapshot.matches("emailPending") || snapshot.matches("phonePending");

function refusedCode(snapshot: VerificationSnapshot, at: EpochMs): CommandRefusal {
  if (!isProving(snapshot)) return { kind: "notNow" };
  const lock = lockAt(snapshot.context, at);
  if (lock !== null) return { kind: "lock", until: at + remainingMs(lock, at), by: lock.by };
  return codeMayBeOut(snapshot.context) ? { kind: "busy" } : { kind: "noCodeSent" };
}

function refusedSend(snapshot: VerificationSnapshot, at: EpochMs): CommandRefusal {
  const barrier = sendBarrier(snapshot.context, at);
  if (barrier === null || snapshot.hasTag("sending")) return { kind: "busy" };
  const until = at + remainingMs(barrier.deadline, at);
  return barrier.kind === "lock"
    ? { kind: "lock", until, by: barrier.deadline.by }
    : { kind: barrier.kind, until };
}
