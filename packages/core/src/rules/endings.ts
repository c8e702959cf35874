import {
  timeOf,
  type Change,
  type Patch,
  type Told,
  type VerificationContext,
  type VerificationOutput,
} from "../chart/context.js";
import { withFacts } from "./channel.js";
import { failureOf } from "./outcomes.js";
import { verifiedPhone } from "./phone-on-file.js";

/* How steps and flows end: with evidence, or with the reason for a failure (B5, B12, B15). */

/** How a contact was verified. */
export interface Evidence {
  /** A code that the service confirmed, or a flag of the status. */
  readonly by: "code" | "status";
  /**
   * The verified contact, masked; null where the service says that one is verified and nothing tells which: an
   * address or number verified before or elsewhere, or one of several that this flow has given it (B17).
   */
  readonly contact: string | null;
}

/**
 * The address that a piece of evidence is about, masked; null where it may be about another one: the service's flag
 * alone doesn't say which address is registered. It accepts a send for the registered one only.
 */
function verifiedEmail({ contacts, facts }: VerificationContext, by: Evidence["by"]): string | null {
  const isRegistered = by === "code" || facts.email.newestSend === "accepted";
  return isRegistered ? (contacts.email?.masked ?? null) : null;
}

function withEvidence(context: VerificationContext, by: Evidence["by"]): Patch {
  const { channel } = context;
  const contact = channel === "email" ? verifiedEmail(context, by) : verifiedPhone(context, by);
  return {
    evidence: { ...context.evidence, [channel]: context.evidence[channel] ?? { by, contact } },
    // A send to a contact that is verified matters no more, whatever comes of it.
    ...withFacts(context, { sendingSince: null }),
    failure: null,
  };
}

export const endingChanges = {
  recordCodeEvidence: (told: Told) => ({ now: timeOf(told), ...withEvidence(told.context, "code") }),
  recordStatusEvidence: ({ context }: Told) => withEvidence(context, "status"),
  failByUnknownUser: (told: Told) => ({
    failedBecause: { kind: "userNotFound" as const, traceId: failureOf(told)?.traceId ?? null },
  }),
  failByBlockedUser: ({ context }: Told) => ({
    failedBecause: { kind: "userState" as const, lifecycle: context.status?.lifecycle ?? 0 },
  }),
  failByRefusedEmail: (told: Told) => ({
    failedBecause: { kind: "emailRefused" as const, traceId: failureOf(told)?.traceId ?? null },
  }),
  failByCancelling: () => ({ failedBecause: { kind: "cancelled" as const } }),
  failByDefect: () => ({ failedBecause: { kind: "defect" as const } }),
} satisfies Readonly<Record<string, Change>>;

/** The result of a flow that has ended. */
export function outputOf({ context }: { readonly context: VerificationContext }): VerificationOutput {
  const { failedBecause, policy, evidence } = context;
  if (failedBecause !== null) return { kind: "failed", failure: failedBecause };
  // Whatever path led here: nothing is called verified without evidence (B5).
  return policy.channels.every((channel) => evidence[channel] !== null)
    ? { kind: "verified", ...evidence }
    : { kind: "failed", failure: { kind: "defect" } };
}
