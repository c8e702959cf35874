import type { VerificationContext } from "../chart/context.js";
import type { EpochMs } from "../clock.port.js";
import { fromRecord, type VerificationRecord } from "../record.js";
import { activeContact, activeFacts } from "../rules/channel.js";
import type { Known } from "../chart/context.js";
import type { RequestKind } from "./keeper.js";
import type { CommandEvent } from "./refusals.js";

/* How a running flow restarts from a record (B37): what it takes from it, and which request it repeats. */

/**
 * Returns the knowledge that a record holds.
 *
 * @param isOwn whether the number of the flow was given to it, and not read from a record.
 */
export function knownFrom(
  record: VerificationRecord,
  { contacts, status, policy }: VerificationContext,
  { isOwn, now }: { readonly isOwn: boolean; readonly now: EpochMs },
): Known {
  const tellsOfPhone = record.phone !== null || record.phoneToVerify !== null;
  // At its start the application has the last word on the number; later another tab may have changed it (B17).
  const isStarting = status === null;
  const isSame = contacts.phone?.masked === record.phoneToVerify?.masked;
  const phone = isOwn && (isStarting || isSame || !tellsOfPhone) ? contacts.phone : null;
  return fromRecord(record, { ...contacts, phone }, { policy, now });
}

/**
 * The request that a flow waited to make, as an event that makes it again.
 *
 * @returns null where it is about another channel, code or contact than the flow is now: another tab has done it, or
 *   made it pointless.
 */
export function requestAgain(
  kind: RequestKind,
  before: VerificationContext,
  after: VerificationContext,
  at: EpochMs,
): CommandEvent | null {
  const isSameCode =
    before.channel === after.channel && activeFacts(before).generation === activeFacts(after).generation;
  if (!isSameCode) return null;
  const contact = activeContact(before);
  const isSameContact = contact?.masked === activeContact(after)?.masked;
  if (kind === "send" && isSameContact) return { type: "resend.requested", at };
  if (kind === "send")
    return contact === null || before.channel === "email"
      ? null
      : { type: "phone.submitted", at, phone: contact };
  const { codeRef } = before.entry;
  return codeRef === null || !isSameContact ? null : { type: "code.submitted", at, codeRef };
}
