import type { Channel } from "../verification-api.port.js";
import {
  activeFacts,
  type ConfirmResult,
  type SendResult,
  type StatusResult,
  type VerificationContext,
  type VerificationEvent,
  type WaitResult,
} from "./context.js";
import { isOver } from "./deadline.js";
import { codeIsDue, codeMayBeOut, lockAt, sendBarrier, sendsSpentUntil } from "./permissions.js";
import {
  judgeConfirm,
  judgeSend,
  judgeStatus,
  type ConfirmVerdict,
  type SendVerdict,
  type StatusVerdict,
} from "./verdicts.js";

/** Which of the two reads of the status this is: one for news, one before a verdict on a code. */
export type ReadSlot = "status" | "verdict";

interface Told {
  readonly context: VerificationContext;
  readonly event: VerificationEvent;
}

/**
 * How long a status read stands for "not verified yet", in ms. A send that begins later is followed by a
 * read of its own (B6).
 */
const STATUS_STANDS_MS = 5_000;

/** Lifecycle codes of a user who can't be verified: Deactivated, Closed, Blocked (the API's document). */
const isOut = (lifecycle: number | null): boolean =>
  lifecycle === 300 || lifecycle === 350 || lifecycle === 400;

const asks = (context: VerificationContext, channel: Channel): boolean =>
  context.policy.channels.some((asked) => asked === channel);

/** The time that the event carries; the regions' own events are of the moment of the one before. */
export const timeOf = ({ context, event }: Told): number => ("at" in event ? event.at : context.now);

const mayHaveBeenSent = ({ context }: Told): boolean => context.attempts.send?.mayHaveBeenSent === true;

/** A code that can't be typed in must not be sent (B8). */
const lockBarsSending = ({ context }: Told): boolean =>
  lockAt(context, context.now) !== null && !context.policy.unlockOnResend;

const mayConfirm = ({ context, event }: Told): boolean =>
  codeMayBeOut(context) && lockAt(context, timeOf({ context, event })) === null;

export const guards = {
  // What is asked of the flow.
  emailIsToBeProven: ({ context }: Told) =>
    asks(context, "email") && context.status?.isEmailVerified !== true,
  emailIsProven: ({ context }: Told) => asks(context, "email") && context.status?.isEmailVerified === true,
  phoneIsNotAsked: ({ context }: Told) => !asks(context, "phone"),
  polls: ({ context }: Told) => context.policy.pollMs !== null,

  // What is known.
  phoneIsVerified: ({ context }: Told) => context.status?.isPhoneNumberVerified === true,
  channelIsVerified: ({ context }: Told) =>
    context.channel === "email"
      ? context.status?.isEmailVerified === true
      : context.status?.isPhoneNumberVerified === true,
  userIsOut: ({ context }: Told) => isOut(context.status?.lifecycle ?? null),
  phoneIsKnown: ({ context }: Told) => context.contacts.phone !== null,
  contactMayBeVerified: ({ context }: Told) => {
    const age = context.now - (context.statusReadAt ?? Number.NEGATIVE_INFINITY);
    return context.codeTried[context.channel] || age < 0 || age > STATUS_STANDS_MS;
  },
  sendWasUnderWay: ({ context }: Told) => activeFacts(context).sendingSince !== null,
  codeIsDue: ({ context }: Told) =>
    codeIsDue(context) &&
    activeFacts(context).cooldown === null &&
    sendBarrier(context, context.now) === null,
  newestSendIsUnclear: ({ context }: Told) => activeFacts(context).newestSend === "perhaps",
  mayHaveBeenSent,
  isLocked: ({ context }: Told) => activeFacts(context).lock !== null,
  codeWasRejected: ({ context }: Told) =>
    context.entry.doubt?.kind === "codeRejected" || context.entry.doubt?.kind === "codeSpent",
  lockBarsSending,
  lockBarsSendingOfMore: (told: Told) => lockBarsSending(told) && mayHaveBeenSent(told),
  doubtRemains: ({ context }: Told) => context.entry.doubt !== null,
  hadSecondTry: ({ context }: Told) => context.entry.secondTry,
  resendUnlocks: ({ context }: Told) => context.policy.unlockOnResend,
  codeWasSent: ({ context }: Told) => activeFacts(context).generation > 0,

  // What a person may do.
  sendIsBarred: ({ context }: Told) => sendBarrier(context, context.now) !== null,
  maySend: ({ context, event }: Told) => sendBarrier(context, timeOf({ context, event })) === null,
  mayChangeNumber: ({ context, event }: Told) =>
    event.type === "phone.submitted" &&
    event.phone.ref !== context.contacts.phone?.ref &&
    context.facts.phone.sendingSince === null &&
    sendBarrier(context, event.at) === null,
  mayConfirm,
  mayTryCodeAgain: (told: Told) => told.context.entry.doubt !== null || mayConfirm(told),
  sendsAreSpent: ({ context }: Told, { at }: WaitResult) => sendsSpentUntil(context, at) !== null,
  isFreshCodeOfSameNumber: ({ context, event }: Told) => {
    const { sentTo, cooldown } = context.facts.phone;
    return (
      event.type === "phone.submitted" &&
      event.phone.ref === sentTo?.ref &&
      event.phone.ref === context.onFile?.ref &&
      cooldown !== null &&
      !isOver(cooldown, event.at)
    );
  },

  // What another tab did.
  recordSupersedesStep: ({ context, event }: Told) => {
    if (event.type !== "record.adopted") return false;
    const theirs = event.known.facts[context.channel];
    const ours = activeFacts(context);
    const isBarredAnew =
      !isOver(theirs.cooldown, event.at) && theirs.cooldown?.until !== ours.cooldown?.until;
    return (
      theirs.generation !== ours.generation ||
      theirs.sendingSince !== null ||
      theirs.lock?.until !== ours.lock?.until ||
      isBarredAnew ||
      event.known.contacts.phone?.masked !== context.contacts.phone?.masked
    );
  },

  // What the service said.
  statusWas: (
    { context }: Told,
    { verdict, slot, result }: { verdict: StatusVerdict; slot: ReadSlot; result: StatusResult },
  ) => judgeStatus(context, context.attempts[slot], result) === verdict,
  sendWas: ({ context }: Told, { verdict, result }: { verdict: SendVerdict; result: SendResult }) =>
    judgeSend(context, result) === verdict,
  confirmWas: ({ context }: Told, { verdict, result }: { verdict: ConfirmVerdict; result: ConfirmResult }) =>
    judgeConfirm(context, result) === verdict,
};
