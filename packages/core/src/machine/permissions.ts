import type { EpochMs } from "../clock.port.js";
import { activeContact, activeFacts, type VerificationContext } from "./context.js";
import { deadlineAfter, isOver, type Deadline } from "./deadline.js";

/*
 * What a person may do now. Guards of the chart, refusals of commands and the view ask the same functions,
 * so a button that is shown is a command that is taken.
 */

/** The sends that still count at `now`. */
export const sendsInWindow = (context: VerificationContext, now: EpochMs): readonly EpochMs[] =>
  activeFacts(context).sends.filter((at) => at > now - context.policy.sendWindowMs);

/** When the oldest send leaves the window; null while sends are left. */
export function sendsSpentUntil(context: VerificationContext, now: EpochMs): Deadline | null {
  const sends = sendsInWindow(context, now);
  const oldest = sends[0];
  return oldest === undefined || sends.length < context.policy.maxSends
    ? null
    : deadlineAfter(oldest, context.policy.sendWindowMs);
}

/** The lock that holds at `now`, if any. */
export function lockAt(context: VerificationContext, now: EpochMs): Deadline | null {
  const { lock } = activeFacts(context);
  return isOver(lock, now) ? null : lock;
}

/** Why no code may be asked for at `now`; null when one may. */
export function sendBarrier(
  context: VerificationContext,
  now: EpochMs,
): { readonly kind: "locked" | "noSendsLeft" | "coolingDown"; readonly deadline: Deadline } | null {
  const lock = lockAt(context, now);
  // A code that can't be typed in must not be sent (B8).
  if (lock !== null && !context.policy.unlockOnResend) return { kind: "locked", deadline: lock };
  const spent = sendsSpentUntil(context, now);
  if (spent !== null) return { kind: "noSendsLeft", deadline: spent };
  const { cooldown } = activeFacts(context);
  return cooldown !== null && !isOver(cooldown, now) ? { kind: "coolingDown", deadline: cooldown } : null;
}

/**
 * Whether a code may be out that the person could type in.
 *
 * An e-mail code may always be: registration mails one by itself. A phone code must not be taken before the
 * number was sent to, or a code for an earlier number would prove the wrong one (B17).
 */
export function codeMayBeOut(context: VerificationContext): boolean {
  if (context.channel === "email") return true;
  const { sentTo, sendingSince } = context.facts.phone;
  const contact = activeContact(context);
  return (
    contact !== null && (sentTo?.ref === contact.ref || (sendingSince !== null && !context.otherNumberTried))
  );
}

/** Whether the step asks for a code by itself: a number was given, or the contact was never sent one. */
export const codeIsDue = (context: VerificationContext): boolean =>
  context.sendWanted || activeFacts(context).sentTo?.ref !== activeContact(context)?.ref;
