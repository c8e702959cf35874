import type { SendInput } from "../chart/actors.js";
import {
  timeOf,
  type Change,
  type Condition,
  type Patch,
  type Told,
  type VerificationContext,
} from "../chart/context.js";
import type { EpochMs } from "../clock.port.js";
import type { Policy } from "../policy.js";
import {
  activeContact,
  activeFacts,
  sameContact,
  withFacts,
  type ChannelFacts,
  type Contact,
} from "./channel.js";
import { codeWaits } from "./codes.js";
import { deadlineAfter, isOver, remainingMs, type Deadline } from "./deadline.js";
import { lockAt } from "./lock.js";
import { phoneAfterSend } from "./phone-on-file.js";
import { askedWaitMs, MAX_RETRY_AFTER_MS } from "./retries.js";
import { endedCall, outcomeOf } from "./outcomes.js";
import { shownFailure, without, withoutOlder, withoutThrottled } from "./shown-failure.js";

/*
 * Sends of codes: when one may begin, what it leaves behind, and how long the next one has to wait (B1, B7, B9).
 */

/** How long the next send waits after one that went out, or may have; at most {@link longestCooldownMs}. */
const cooldownMs = (policy: Policy, _sends: readonly EpochMs[]): number => policy.cooldownMs;

/** The longest cooldown that can come about: the policy's, or the longest wait that the service may ask for. */
export const longestCooldownMs = (policy: Policy): number => Math.max(policy.cooldownMs, MAX_RETRY_AFTER_MS);

/** Returns the facts of a channel after one more send, at `at`. */
export function factsAfterSend(
  facts: ChannelFacts,
  {
    policy,
    to,
    certainty,
    at,
  }: {
    readonly policy: Policy;
    readonly to: Contact | null;
    readonly certainty: "accepted" | "perhaps";
    readonly at: EpochMs;
  },
): ChannelFacts {
  const sends = [...facts.sends.filter((sent) => sent > at - policy.sendWindowMs), at].slice(
    -policy.maxSendsPerWindow,
  );
  return {
    ...facts,
    generation: facts.generation + 1,
    sends,
    newestSend: certainty,
    sentAt: at,
    sentTo: to,
    sendingSince: null,
    cooldown: deadlineAfter(at, cooldownMs(policy, sends)),
  };
}

/** The sends that still count at `now`. */
export const sendsInWindow = (context: VerificationContext, now: EpochMs): readonly EpochMs[] =>
  activeFacts(context).sends.filter((at) => at > now - context.policy.sendWindowMs);

/** When enough sends have left the window for another one; null while sends are left. */
export function sendsSpentUntil(context: VerificationContext, now: EpochMs): Deadline | null {
  const max = context.policy.maxSendsPerWindow;
  const sends = sendsInWindow(context, now);
  const [inTheWay] = sends.length < max ? [] : sends.slice(-max);
  return inTheWay === undefined ? null : deadlineAfter(inTheWay, context.policy.sendWindowMs);
}

/** The sends that leave room for one more, whatever the clock says of their age. */
const withRoomForOne = (sends: readonly EpochMs[], maxSendsPerWindow: number): readonly EpochMs[] =>
  maxSendsPerWindow === 1 ? [] : sends.slice(1 - maxSendsPerWindow);

/** Why no code may be requested, and until when. */
export type SendBarrier =
  | { readonly kind: "lock"; readonly deadline: NonNullable<ChannelFacts["lock"]> }
  | { readonly kind: "sendLimit" | "cooldown"; readonly deadline: Deadline };

/** A lock blocks a send if a resend doesn't open it: its code couldn't be entered (B8). */
const barringLock = (context: VerificationContext, now: EpochMs): ChannelFacts["lock"] =>
  context.policy.unlockOnResend ? null : lockAt(context, now);

/**
 * Returns what blocks a request for a code at `now`: of several barriers, the one that lasts longest.
 * Guards of the chart, refusals of commands and the view ask this, so a button that is shown works.
 */
export function sendBarrier(context: VerificationContext, now: EpochMs): SendBarrier | null {
  const lock = barringLock(context, now);
  const spent = sendsSpentUntil(context, now);
  const { cooldown } = activeFacts(context);
  const barriers: SendBarrier[] = [];
  if (lock !== null) barriers.push({ kind: "lock", deadline: lock });
  if (spent !== null) barriers.push({ kind: "sendLimit", deadline: spent });
  if (cooldown !== null && !isOver(cooldown, now)) barriers.push({ kind: "cooldown", deadline: cooldown });
  const left = ({ deadline }: SendBarrier) => remainingMs(deadline, now);
  return barriers.reduce<SendBarrier | null>(
    (longest, barrier) => (longest === null || left(barrier) > left(longest) ? barrier : longest),
    null,
  );
}

/** Whether the contact of this step was sent the newest code. */
export const sentHere = (context: VerificationContext): boolean =>
  sameContact(activeFacts(context).sentTo, activeContact(context));

/** When the newest code is expected to expire; null where none was sent to the contact of this step. */
export function codeExpiry(context: VerificationContext): Deadline | null {
  const { sentAt } = activeFacts(context);
  return sentAt === null || !sentHere(context) ? null : deadlineAfter(sentAt, context.policy.codeLifetimeMs);
}

/** Returns the input of the actor `sendCode`. */
export function sendInput({ context }: { readonly context: VerificationContext }): SendInput {
  const contactRef = activeContact(context)?.ref ?? "";
  const isOnFile = context.onFile?.ref === contactRef && context.onFile.sure;
  // A request that named another number may come late, and put that one on file again: each send names its own.
  const isResend = isOnFile && !context.otherPhoneTried;
  const phoneOperation = isResend ? "resendPhoneCode" : "sendPhoneCode";
  return {
    userId: context.userId,
    operation: context.channel === "email" ? "sendEmailCode" : phoneOperation,
    contactRef,
    isOnFile,
    idempotencyKey: `${context.flowId}/${context.channel}/send/${context.counters.sends}`,
  };
}

/**
 * How long a status read stands for "not verified yet", in ms. A send that begins later is followed by
 * its own read (B6).
 */
const STATUS_STANDS_MS = 5_000;

const maySend: Condition = (told) => sendBarrier(told.context, timeOf(told)) === null;

export const sendGuards = {
  sendWasInterrupted: ({ context }: Told) => activeFacts(context).sendingSince !== null,
  firstSendIsDue: ({ context }: Told) => context.sendWanted && sendBarrier(context, context.now) === null,
  isCoolingDown: ({ context }: Told) => activeFacts(context).cooldown !== null,
  sendsAreSpent: ({ context }: Told) => sendsSpentUntil(context, context.now) !== null,
  codeIsFresh: ({ context }: Told) => {
    const expiry = codeExpiry(context);
    return expiry !== null && !isOver(expiry, context.now);
  },
  maySend,
  /** A retry is for the typed code that waits for it: a send would end that one. */
  mayRetrySend: (told: Told) => maySend(told) && !codeWaits(told),
  mayRepeatSend: (told: Told) => !codeWaits(told),
  lockBarsSend: ({ context }: Told) => barringLock(context, context.now) !== null,
  /** Without a code out there is nothing left to type, and nothing can be verified. */
  emailIsRefused: (told: Told) =>
    outcomeOf(told) === "contactRefused" && activeFacts(told.context).generation === 0,
  /** An accepted send is no evidence that a code went out: a verified contact gets none (B6). */
  contactMayBeVerified: ({ context }: Told) => {
    const age = context.now - (context.statusReadAt ?? Number.NEGATIVE_INFINITY);
    const isKnownUnverified = !context.codeTried[context.channel] && age >= 0 && age <= STATUS_STANDS_MS;
    return activeFacts(context).newestSend === "accepted" && !isKnownUnverified;
  },
};

/** A code went out, or may have: a new generation, and the cooldown begins (B7, B9). */
function afterSend(
  context: VerificationContext,
  certainty: "accepted" | "perhaps",
  at: EpochMs,
  leastCooldownMs = 0,
): Patch {
  const { policy } = context;
  const facts = factsAfterSend(activeFacts(context), { policy, to: activeContact(context), certainty, at });
  const isLonger = leastCooldownMs > (facts.cooldown?.lengthMs ?? 0);
  return {
    now: at,
    ...withFacts(context, isLonger ? { ...facts, cooldown: deadlineAfter(at, leastCooldownMs) } : facts),
    sendWanted: false,
    attempts: { ...context.attempts, sendCode: null },
    onFile: context.channel === "phone" ? phoneAfterSend(context, certainty) : context.onFile,
  };
}

/** The wait that a throttled send asks for. It never shortens our own cooldown (B13). */
const askedCooldownMs = (told: Told): number => {
  const ended = endedCall(told);
  return ended === null ? 0 : askedWaitMs(ended.result);
};

/** A send that may have gone out when it began; nothing more is known of it (B31). */
export const afterInterruptedSend = (context: VerificationContext, at: EpochMs | null): Patch =>
  at === null ? { attempts: { ...context.attempts, sendCode: null } } : afterSend(context, "perhaps", at);

const beginSend: Change = (told) => {
  const { context } = told;
  const now = timeOf(told);
  return {
    now,
    // A cooldown that is over; left standing, a clock set back would bring it to life again (B7).
    ...withFacts(context, { sendingSince: context.sendsWait ? null : now, cooldown: null }),
    attempts: { ...context.attempts, sendCode: null },
    counters: { ...context.counters, sends: context.counters.sends + 1 },
    sendWanted: false,
    failure: without(context, "send", "code", "phone"),
  };
};

/** The send has certainly not gone out: it costs no cooldown (B7). */
const withoutSend = (context: VerificationContext, cooldown = activeFacts(context).cooldown): Patch => ({
  ...withFacts(context, { sendingSince: null, cooldown }),
  attempts: { ...context.attempts, sendCode: null },
});

/** The request begins: from now on its code may be out, and the one being confirmed is one that it may end. */
const recordBegunSend: Change = (told) => ({
  now: timeOf(told),
  ...withFacts(told.context, { sendingSince: timeOf(told) }),
  entry: { ...told.context.entry, amidSend: told.context.entry.codeRef !== null },
});

export const sendChanges = {
  beginSend,
  recordBegunSend,
  repeatSend: (told: Told) => (told.context.sendsWait ? { now: timeOf(told) } : recordBegunSend(told)),
  recordSend: (told: Told) => ({
    ...afterSend(told.context, "accepted", timeOf(told)),
    failure: withoutOlder(told.context),
  }),
  recordPerhapsSend: (told: Told) => ({
    ...afterSend(told.context, "perhaps", timeOf(told), askedCooldownMs(told)),
    failure: shownFailure(told, "send"),
  }),
  giveUpSend: ({ context }: Told) =>
    context.attempts.sendCode?.mayHaveBeenSent === true
      ? afterInterruptedSend(context, activeFacts(context).sendingSince)
      : withoutSend(context),
  assumeSent: ({ context }: Told) => afterInterruptedSend(context, activeFacts(context).sendingSince),
  recordFailedSend: (told: Told) => ({
    now: timeOf(told),
    ...withoutSend(told.context),
    failure: shownFailure(told, "send"),
  }),
  recordThrottledSend: (told: Told) => ({
    now: timeOf(told),
    ...withoutSend(
      told.context,
      deadlineAfter(
        timeOf(told),
        Math.max(cooldownMs(told.context.policy, activeFacts(told.context).sends), askedCooldownMs(told)),
      ),
    ),
    failure: shownFailure(told, "send"),
  }),
  endCooldown: (told: Told) => {
    const { context } = told;
    const now = timeOf(told);
    const { sends } = activeFacts(context);
    const isSpent = sendsSpentUntil(context, now) !== null;
    return {
      now,
      ...withFacts(context, {
        cooldown: null,
        // A send that has left the window must not come back when the clock is set back (B7).
        sends: isSpent ? sends : withRoomForOne(sends, context.policy.maxSendsPerWindow),
      }),
      failure: withoutThrottled(context, "send"),
    };
  },
  forgetOldestSend: (told: Told) => ({
    now: timeOf(told),
    ...withFacts(told.context, {
      sends: withRoomForOne(activeFacts(told.context).sends, told.context.policy.maxSendsPerWindow),
    }),
  }),
  noteTime: (told: Told) => ({ now: timeOf(told) }),
} satisfies Readonly<Record<string, Change>>;
