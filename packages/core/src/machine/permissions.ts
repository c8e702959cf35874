import type { EpochMs } from "../clock.port.js";
import { activeContact, activeFacts, type ChannelFacts, type VerificationContext } from "./context.js";
import { deadlineAfter, isOver, remainingMs, type Deadline } from "./deadline.js";

/*
 * What a person may do now. Guards of the chart, refusals of commands and the view ask the same functions,
 * so a button that is shown is a command that is taken.
 */

/** The sends that still count at `now`. */
export const sendsInWindow = (context: VerificationContext, now: EpochMs): readonly EpochMs[] =>
  activeFacts(context).sends.filter((at) => at > now - context.policy.sendWindowMs);

/** When enough sends have left the window for another one; null while sends are left. */
export function sendsSpentUntil(context: VerificationContext, now: EpochMs): Deadline | null {
  const inTheWay = sendsInWindow(context, now).at(-context.policy.maxSends);
  return inTheWay === undefined ? null : deadlineAfter(inTheWay, context.policy.sendWindowMs);
}

/** The sends that leave room for one more, whatever the clock says of their age. */
export const withRoomForOne = (sends: readonly EpochMs[], maxSends: number): readonly EpochMs[] =>
  maxSends === 1 ? [] : sends.slice(1 - maxSends);

/** The lock that holds at `now`, if any. */
export function lockAt(context: VerificationContext, now: EpochMs): ChannelFacts["lock"] {
  const { lock } = activeFacts(context);
  return isOver(lock, now) ? null : lock;
}

/** The wrong codes that count at `now`: a lock that is over has forgiven those that made it (B8). */
export function attemptsAt(context: VerificationContext, now: EpochMs): number {
  const { lock, attempts } = activeFacts(context);
  return lock?.by === "attempts" && isOver(lock, now) ? 0 : attempts;
}

/** Why no code may be asked for, and until when. */
export type SendBarrier =
  | { readonly kind: "locked"; readonly deadline: NonNullable<ChannelFacts["lock"]> }
  | { readonly kind: "noSendsLeft" | "coolingDown"; readonly deadline: Deadline };

/** What bars a code from being asked for at `now`: of several barriers the one that lasts longest. */
export function sendBarrier(context: VerificationContext, now: EpochMs): SendBarrier | null {
  // A code that can't be typed in must not be sent (B8).
  const lock = context.policy.unlockOnResend ? null : lockAt(context, now);
  const spent = sendsSpentUntil(context, now);
  const { cooldown } = activeFacts(context);
  const barriers: SendBarrier[] = [];
  if (lock !== null) barriers.push({ kind: "locked", deadline: lock });
  if (spent !== null) barriers.push({ kind: "noSendsLeft", deadline: spent });
  if (cooldown !== null && !isOver(cooldown, now)) barriers.push({ kind: "coolingDown", deadline: cooldown });
  const left = ({ deadline }: SendBarrier) => remainingMs(deadline, now);
  return barriers.reduce<SendBarrier | null>(
    (longest, barrier) => (longest === null || left(barrier) > left(longest) ? barrier : longest),
    null,
  );
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
