import type { VerificationContext } from "../chart/context.js";
import type { EpochMs } from "../clock.port.js";
import { activeContact, sameContact, type Contact } from "./channel.js";

/* Which number the service has on file, and whether its word can be about another one (B17). */

/** The number that the service has on file, as far as this flow can tell. */
export interface PhoneOnFile extends Contact {
  /** Whether the send that would have put it there was accepted; false when it got no answer. */
  readonly sure: boolean;
  /**
   * Whether the status said "not verified" after that send. Only then did the send put the number on file (an
   * accepted send to a verified user does nothing), and only then does the flag speak of this number.
   */
  readonly flagIsIts: boolean;
}

/** The number on file after a send to the number of this step. */
export function phoneAfterSend(
  context: VerificationContext,
  certainty: "accepted" | "perhaps",
): PhoneOnFile | null {
  const contact = activeContact(context);
  if (contact === null) return context.onFile;
  const before = sameContact(context.onFile, contact) ? context.onFile : null;
  return {
    ...contact,
    sure: before?.sure === true || certainty === "accepted",
    flagIsIts: before?.flagIsIts === true,
  };
}

/** A number that was accepted before a read that says "not verified" is the one that a later flag means. */
export function phoneAfterRead(
  { onFile, facts }: VerificationContext,
  isVerified: boolean,
  readStartedAt: EpochMs,
): PhoneOnFile | null {
  const { sentAt } = facts.phone;
  return onFile !== null && onFile.sure && !isVerified && sentAt !== null && readStartedAt >= sentAt
    ? { ...onFile, flagIsIts: true }
    : onFile;
}

/**
 * The number that a piece of evidence is about, masked; null where it may be about another one.
 *
 * The service's flag and its "confirmed" say that the number on file is verified, not which it is. After a change
 * it can be either: a request for the number before may come late, and put that one on file again.
 */
export const verifiedPhone = (
  { onFile, otherPhoneTried }: VerificationContext,
  by: "code" | "status",
): string | null =>
  onFile !== null && onFile.sure && !otherPhoneTried && (by === "code" || onFile.flagIsIts)
    ? onFile.masked
    : null;
