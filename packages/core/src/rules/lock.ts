import { timeOf, type Change, type Patch, type Told, type VerificationContext } from "../chart/context.js";
import type { EpochMs } from "../clock.port.js";
import type { Policy } from "../policy.js";
import { activeFacts, withFacts, type ChannelFacts } from "./channel.js";
import { deadlineAfter, isOver } from "./deadline.js";
import { endedCall } from "./outcomes.js";
import { askedWaitMs, MAX_RETRY_AFTER_MS } from "./retries.js";
import { shownFailure, without } from "./shown-failure.js";

/* The lock of the code entry: after too many wrong codes, or while the service throttles them (B8, B13). */

type Lock = NonNullable<ChannelFacts["lock"]>;

/** Returns the longest possible lock, in ms, by its cause. */
export const longestLockMs = (policy: Policy, by: Lock["by"]): number =>
  by === "attempts" ? policy.lockMs : Math.max(policy.cooldownMs, MAX_RETRY_AFTER_MS);

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

/** One more wrong code; the last one that the policy allows locks the entry (B8). */
export function afterWrongCode(context: VerificationContext, at: EpochMs): Patch {
  const { maxAttempts, lockMs } = context.policy;
  const attempts = activeFacts(context).attempts + 1;
  return withFacts(context, {
    attempts,
    lock: attempts >= maxAttempts ? { ...deadlineAfter(at, lockMs), by: "attempts" } : null,
  });
}

/** The lock is over. Only a lock that wrong codes made forgives them. */
export function afterLock(context: VerificationContext): Patch {
  const { lock, attempts } = activeFacts(context);
  return {
    ...withFacts(context, { lock: null, attempts: lock?.by === "attempts" ? 0 : attempts }),
    failure: without(context, "code"),
  };
}

export const lockGuards = {
  isLocked: ({ context }: Told) => activeFacts(context).lock !== null,
  isOpen: ({ context }: Told) => activeFacts(context).lock === null,
  resendUnlocks: ({ context }: Told) => context.policy.unlockOnResend,
};

export const lockChanges = {
  openEntry: ({ context }: Told) => afterLock(context),
  /** The service throttles codes: the entry is locked for as long as it asks, and never shorter than a cooldown. */
  lockThrottledEntry: (told: Told) => {
    const at = timeOf(told);
    const ended = endedCall(told);
    const lengthMs = Math.max(told.context.policy.cooldownMs, ended === null ? 0 : askedWaitMs(ended.result));
    return {
      now: at,
      ...withFacts(told.context, { lock: { ...deadlineAfter(at, lengthMs), by: "service" } }),
      failure: shownFailure(told, "code"),
    };
  },
} satisfies Readonly<Record<string, Change>>;
