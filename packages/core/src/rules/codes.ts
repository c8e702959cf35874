import type { ConfirmInput } from "../chart/actors.js";
import {
  timeOf,
  type Change,
  type Condition,
  type Told,
  type VerificationContext,
} from "../chart/context.js";
import { activeContact, activeFacts, sameContact } from "./channel.js";
import { afterLock, afterWrongCode, lockAt } from "./lock.js";
import { outcomeOf } from "./outcomes.js";
import { shownFailure, without, type ShownFailure } from "./shown-failure.js";

/* The code that was typed: whether it may be confirmed, what is known of it, and the verdict (B2, B4, B9). */

/** The code being confirmed, and what is known of it. */
export interface Entry {
  readonly codeRef: string | null;
  /** The answer to the confirm, while the status is read before the verdict (B2). */
  readonly doubt: ShownFailure | null;
  /** Whether an unclear outcome has cost this code its second try. */
  readonly hadSecondTry: boolean;
  /** Whether a send has been under way since it was typed, which may have ended it. */
  readonly amidSend: boolean;
}

export const noEntry: Entry = { codeRef: null, doubt: null, hadSecondTry: false, amidSend: false };

/**
 * Whether a code may be out that the user could type in.
 *
 * An e-mail code may always be: registration mails one by itself. A phone code must not be taken before the
 * number was sent to, or a code for an earlier number would verify the wrong one (B17).
 */
export function codeMayBeOut(context: VerificationContext): boolean {
  if (context.channel === "email") return true;
  const { sentTo, sendingSince } = context.facts.phone;
  const contact = activeContact(context);
  return (
    contact !== null && (sameContact(sentTo, contact) || (sendingSince !== null && !context.otherPhoneTried))
  );
}

/** Returns the input of the actor `confirmCode`. */
export const confirmInput = ({ context }: { readonly context: VerificationContext }): ConfirmInput => ({
  userId: context.userId,
  operation: context.channel === "email" ? "confirmEmail" : "confirmPhone",
  contactRef: activeContact(context)?.ref ?? "",
  codeRef: context.entry.codeRef ?? "",
  idempotencyKey: `${context.flowId}/${context.channel}/confirm/${context.counters.submissions}`,
});

const mayConfirm: Condition = (told) =>
  codeMayBeOut(told.context) && lockAt(told.context, timeOf(told)) === null;

/** Whether a code was typed that can be tried again. */
export const codeWaits: Condition = (told) =>
  told.context.entry.codeRef !== null && (told.context.entry.doubt !== null || mayConfirm(told));

export const codeGuards = {
  mayConfirm,
  codeIsInDoubt: ({ context }: Told) => context.entry.doubt !== null,
  codeWasRefused: ({ context }: Told) =>
    context.entry.doubt?.kind === "codeRejected" || context.entry.doubt?.kind === "codeSpent",
  hadSecondTry: ({ context }: Told) => context.entry.hadSecondTry,
};

const noConfirm = ({ attempts }: VerificationContext) => ({ attempts: { ...attempts, confirmCode: null } });

export const codeChanges = {
  takeCode: (told: Told) => {
    const { context, event } = told;
    if (event.type !== "code.submitted") return {};
    return {
      now: event.at,
      // A lock is over by now, or the code wouldn't be taken.
      ...afterLock(context),
      entry: { ...noEntry, codeRef: event.codeRef, amidSend: activeFacts(context).sendingSince !== null },
      codeTried: { ...context.codeTried, [context.channel]: true },
      ...noConfirm(context),
      counters: { ...context.counters, submissions: context.counters.submissions + 1 },
      failure: without(context, "code", "status"),
    };
  },
  dropCode: ({ context }: Told) => ({ entry: noEntry, ...noConfirm(context) }),
  recordFailedConfirm: (told: Told) => ({
    now: timeOf(told),
    ...noConfirm(told.context),
    failure: shownFailure(told, "code"),
  }),
  doubtCode: (told: Told) => {
    const { context } = told;
    const at = timeOf(told);
    // A wrong code may have been the right one until the send that was under way ended it.
    const counts = outcomeOf(told) === "wrongCode" && !context.entry.amidSend;
    return {
      now: at,
      ...noConfirm(context),
      ...(counts ? afterWrongCode(context, at) : {}),
      entry: { ...context.entry, doubt: shownFailure(told, "code") },
    };
  },
  /** A send may have gone out since the code was refused: the newer code counts (B9). */
  giveVerdict: ({ context: { entry } }: Told) => ({
    failure:
      entry.doubt !== null && entry.amidSend
        ? { ...entry.doubt, kind: "codeSuperseded" as const }
        : entry.doubt,
    entry: noEntry,
  }),
  trySameCodeAgain: ({ context }: Told) => ({ entry: { ...context.entry, doubt: null, hadSecondTry: true } }),
  allowSecondTry: ({ context }: Told) => ({ entry: { ...context.entry, hadSecondTry: false } }),
  showDoubt: ({ context }: Told) => ({ failure: context.entry.doubt }),
} satisfies Readonly<Record<string, Change>>;
