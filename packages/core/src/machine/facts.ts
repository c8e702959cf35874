import type { EpochMs } from "../clock.port.js";
import type { ApiFailure } from "../failures.js";
import {
  activeContact,
  activeFacts,
  type ChannelFacts,
  type Evidence,
  type Known,
  type NumberOnFile,
  type ShownFailure,
  type VerificationContext,
} from "./context.js";
import { deadlineAfter } from "./deadline.js";
import { withRoomForOne } from "./permissions.js";

/*
 * How what has happened changes what is known: pure functions from a context to the part of it that changes.
 * The actions of the chart are these, given to `assign`.
 */

type Patch = Partial<VerificationContext>;
type About = ShownFailure["about"];

export const withFacts = (context: VerificationContext, patch: Partial<ChannelFacts>): Patch => ({
  facts: { ...context.facts, [context.channel]: { ...activeFacts(context), ...patch } },
});

export const shown = (failure: ApiFailure, about: About, at: EpochMs): ShownFailure => ({
  kind: failure.kind,
  about,
  traceId: failure.traceId,
  at,
  ...(failure.kind === "contactRefused" ? { reason: failure.reason } : {}),
});

/** What is told, now that a thing is tried anew: a failure about another thing stays. */
export const without = ({ failure }: VerificationContext, ...about: About[]): ShownFailure | null =>
  failure !== null && about.includes(failure.about) ? null : failure;

/** What is told, now that a wait is over that the service asked for. */
export const withoutThrottled = (context: VerificationContext, ...about: About[]): ShownFailure | null =>
  context.failure?.kind === "throttled" ? without(context, ...about) : context.failure;

/** What is told, now that a code is out: nothing of asking for it, nor that an older one was refused (B9). */
export const withoutOlder = (context: VerificationContext): ShownFailure | null =>
  context.failure?.kind === "codeRejected" ||
  context.failure?.kind === "codeMalformed" ||
  context.failure?.kind === "codeSpent"
    ? null
    : without(context, "send");

/** A code went out, or may have: a new generation, and the cooldown begins (B7, B9). */
export function afterSend(
  context: VerificationContext,
  certainty: "accepted" | "perhaps",
  at: EpochMs,
  cooldownMs = context.policy.cooldownMs,
): Patch {
  const { policy } = context;
  const facts = activeFacts(context);
  const contact = activeContact(context);
  return {
    now: at,
    ...withFacts(context, {
      generation: facts.generation + 1,
      sends: [...facts.sends.filter((sent) => sent > at - policy.sendWindowMs), at].slice(-policy.maxSends),
      newestSend: certainty,
      sentAt: at,
      sentTo: contact,
      sendingSince: null,
      cooldown: deadlineAfter(at, cooldownMs),
    }),
    attempts: { ...context.attempts, send: null },
    onFile: context.channel === "phone" ? numberOnFile(context, certainty) : context.onFile,
  };
}

function numberOnFile(context: VerificationContext, certainty: "accepted" | "perhaps"): NumberOnFile | null {
  const contact = activeContact(context);
  if (contact === null) return context.onFile;
  const before = context.onFile?.ref === contact.ref ? context.onFile : null;
  return {
    ...contact,
    sure: before?.sure === true || certainty === "accepted",
    flagIsIts: before?.flagIsIts === true,
  };
}

/** The service asked to wait: its deadline replaces ours (B7, B13). Nothing went out. */
export const afterThrottledSend = (context: VerificationContext, waitMs: number, at: EpochMs): Patch => ({
  now: at,
  ...withFacts(context, { cooldown: deadlineAfter(at, waitMs), sendingSince: null }),
  attempts: { ...context.attempts, send: null },
});

/** One more clear refusal of a code; the last one that the policy allows locks the entry (B8). */
export function afterRefusedCode(context: VerificationContext, at: EpochMs): Patch {
  // It may have been the right one until the send that was under way killed it.
  if (context.entry.amidSend) return { now: at };
  const { maxAttempts, lockMs } = context.policy;
  const attempts = activeFacts(context).attempts + 1;
  return {
    now: at,
    ...withFacts(context, {
      attempts,
      lock: attempts >= maxAttempts ? { ...deadlineAfter(at, lockMs), by: "attempts" } : null,
    }),
  };
}

/** The service throttles codes: the entry is locked until it takes them again. */
export const afterThrottledConfirm = (context: VerificationContext, waitMs: number, at: EpochMs): Patch => ({
  now: at,
  ...withFacts(context, { lock: { ...deadlineAfter(at, waitMs), by: "service" } }),
});

/** The lock is over. Only a lock that wrong codes made forgives them. */
export function afterLock(context: VerificationContext): Patch {
  const { lock, attempts } = activeFacts(context);
  return withFacts(context, { lock: null, attempts: lock?.by === "attempts" ? 0 : attempts });
}

/** Whatever barred a send was waited for. With it a lock opens, unless that never bars a send. */
export function withoutBarriers(context: VerificationContext): Patch {
  const { maxSends, unlockOnResend } = context.policy;
  const opened = unlockOnResend ? context : { ...context, ...afterLock(context) };
  const { sends } = activeFacts(opened);
  return withFacts(opened, { cooldown: null, sends: withRoomForOne(sends, maxSends) });
}

/**
 * Another tab has acted, or an earlier run had: its record stands in place of what was known here, and ends what
 * was said of another code.
 */
export function afterAdoption(context: VerificationContext, known: Known, at: EpochMs): Patch {
  const { channel } = context;
  const isOtherCode =
    known.facts[channel].generation !== activeFacts(context).generation ||
    // A number that was sent nothing yet has the generation of the one before it (B17).
    known.contacts[channel]?.masked !== activeContact(context)?.masked;
  return {
    now: at,
    ...known,
    otherNumberTried: known.otherNumberTried || context.otherNumberTried,
    sendWanted: false,
    // What was said of the code before, and of asking for one, doesn't hold for theirs (B9).
    failure: isOtherCode ? without(context, "code", "send") : context.failure,
  };
}

/** Another tab has acted, and nothing that this step is at has lost its sense. */
export function afterAdoptionBesides(context: VerificationContext, known: Known, at: EpochMs): Patch {
  const { sendingSince, cooldown } = activeFacts(context);
  const theirs = known.facts[context.channel];
  const { onFile } = known;
  return {
    now: at,
    facts: { ...known.facts, [context.channel]: { ...theirs, sendingSince, cooldown } },
    // Of one and the same number more may be known here than a record tells.
    onFile: onFile === null || onFile.ref === context.onFile?.ref ? context.onFile : onFile,
    otherNumberTried: known.otherNumberTried || context.otherNumberTried,
  };
}

/** A number that was accepted before a read that says "not verified" is the one that a later flag means. */
export function numberAfterRead(
  { onFile, facts }: VerificationContext,
  isVerified: boolean,
  readStartedAt: EpochMs,
): NumberOnFile | null {
  const { sentAt } = facts.phone;
  return onFile !== null && onFile.sure && !isVerified && sentAt !== null && readStartedAt >= sentAt
    ? { ...onFile, flagIsIts: true }
    : onFile;
}

/**
 * What is proven, and for which contact. The name of a number is given only where it can't be another one
 * (B17): the service's flag and its "confirmed" say that the number on file is verified, not which it is.
 * After a change it can: a request for the number before may come late, and put that one on file again.
 */
export function evidenceFor(context: VerificationContext, by: Evidence["by"]): Evidence {
  if (context.channel === "email") return { by, contact: context.contacts.email?.masked ?? null };
  const { onFile } = context;
  const named =
    onFile !== null && onFile.sure && !context.otherNumberTried && (by === "code" || onFile.flagIsIts);
  return { by, contact: named ? onFile.masked : null };
}
