import type { StatusInput } from "../chart/actors.js";
import { timeOf, type Change, type Told, type VerificationContext } from "../chart/context.js";
import { deadlineAfter } from "./deadline.js";
import { endedCall } from "./outcomes.js";
import { phoneAfterRead } from "./phone-on-file.js";
import { askedWaitMs } from "./retries.js";
import { shownFailure, without } from "./shown-failure.js";

/* Reads of the status: what they say, and when the next one is due (B6, B14, B18). */

/** Lifecycle codes of a user who can't be verified: Deactivated, Closed, Blocked (the API's document). */
const isBlocked = (lifecycle: number | null): boolean =>
  lifecycle === 300 || lifecycle === 350 || lifecycle === 400;

/** Returns the input of the actor `readStatus`. */
export const statusInput = ({ context }: { readonly context: VerificationContext }): StatusInput => ({
  userId: context.userId,
  idempotencyKey: `${context.flowId}/status/${context.counters.reads}`,
});

export const statusGuards = {
  userIsBlocked: ({ context }: Told) => isBlocked(context.status?.lifecycle ?? null),
  polls: ({ context }: Told) => context.policy.pollMs !== null,
};

/** The call of this read is over, and the next poll is due after a while. */
const afterRead = ({ attempts, policy }: VerificationContext, at: number, leastMs = 0) => ({
  now: at,
  attempts: { ...attempts, readStatus: null },
  nextPoll: policy.pollMs === null ? null : deadlineAfter(at, Math.max(policy.pollMs, leastMs)),
});

export const statusChanges = {
  beginRead: ({ context }: Told) => ({
    attempts: { ...context.attempts, readStatus: null },
    counters: { ...context.counters, reads: context.counters.reads + 1 },
  }),
  recordStatus: (told: Told) => {
    const { context, event } = told;
    if (event.type !== "xstate.done.actor.readStatus" || !event.output.outcome.ok) return {};
    const { startedAt, at, outcome } = event.output;
    return {
      ...afterRead(context, at),
      status: outcome.value,
      statusReadAt: startedAt,
      readFailure: null,
      onFile: phoneAfterRead(context, outcome.value.isPhoneVerified, startedAt),
      failure: without(context, "status"),
    };
  },
  recordFailedRead: (told: Told) => {
    const { context } = told;
    const at = timeOf(told);
    const ended = endedCall(told);
    const waitMs = ended === null ? 0 : askedWaitMs(ended.result);
    const failed = shownFailure(told, "status");
    const readFailure = failed?.kind === "throttled" ? { ...failed, until: at + waitMs } : failed;
    // A failure that needs the user stays shown, unless they have to sign in again first (B11).
    const kept = failed?.kind === "unauthorized" ? null : without(context, "status");
    return { ...afterRead(context, at, waitMs), readFailure, failure: kept ?? readFailure };
  },
  /** The verdict on a code waits for this read: its failure is what the user has to act on. */
  showReadFailure: ({ context }: Told) => ({ failure: context.readFailure }),
} satisfies Readonly<Record<string, Change>>;
