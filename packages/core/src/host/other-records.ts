import type { Deadline } from "../rules/deadline.js";
import type { ChannelRecord, VerificationRecord } from "../record.js";
import type { Channel } from "../verification-api.port.js";

/*
 * What a record that another tab has written says to a flow that has one of its own (B37). Pure functions; what the
 * flow has is "ours".
 */

const channels: readonly Channel[] = ["email", "phone"];

/** What tells records apart: all but the expiry, which moves on with time. */
export const essence = (record: VerificationRecord): string => JSON.stringify({ ...record, expiresAt: 0 });

/** The channels on which a send is under way, and may be out by now. */
export const sendingIn = (record: VerificationRecord): readonly Channel[] =>
  channels.filter((channel) => (record[channel]?.sendingSince ?? null) !== null);

/** Whether theirs knows of fewer sends and of no newer one: of a page that began anew when our record had expired. */
const isBehind = (theirs: ChannelRecord | null, ours: ChannelRecord | null): boolean =>
  (theirs?.generation ?? 0) < (ours?.generation ?? 0) && (theirs?.sentAt ?? 0) <= (ours?.sentAt ?? 0);

const later = <D extends Deadline>(ours: D | null, theirs: D | null): D | null =>
  theirs === null || (ours !== null && ours.until >= theirs.until) ? ours : theirs;

/** Ours, with what bars theirs for longer, and with a send that they have begun since. */
const withNewsOf = (theirs: ChannelRecord | null, ours: ChannelRecord | null): ChannelRecord | null =>
  ours === null || theirs === null
    ? (ours ?? theirs)
    : {
        ...ours,
        sendingSince: ours.sendingSince ?? theirs.sendingSince,
        cooldown: later(ours.cooldown, theirs.cooldown),
        lock: later(ours.lock, theirs.lock),
        attempts: Math.max(ours.attempts, theirs.attempts),
      };

/** What bars ours and has begun since their newest send: they may not have been told of it. */
const since = <D extends Deadline>(theirs: ChannelRecord, bar: D | null): D | null =>
  bar !== null && bar.until - bar.lengthMs > (theirs.sentAt ?? 0) ? bar : null;

/** Theirs, with what bars ours for longer. */
function withBarriersOf(ours: ChannelRecord | null, theirs: ChannelRecord | null): ChannelRecord | null {
  if (ours === null || theirs === null) return theirs;
  const lock = later(theirs.lock, since(theirs, ours.lock));
  return {
    ...theirs,
    cooldown: later(theirs.cooldown, since(theirs, ours.cooldown)),
    lock,
    attempts: lock === theirs.lock ? theirs.attempts : Math.max(ours.attempts, theirs.attempts),
  };
}

const newestOf = (theirs: ChannelRecord | null, ours: ChannelRecord | null): ChannelRecord | null =>
  isBehind(theirs, ours) ? withNewsOf(theirs, ours) : withBarriersOf(ours, theirs);

/** What is known now that another tab's record was found: of each channel theirs, unless theirs is behind. */
export function newest(theirs: VerificationRecord, ours: VerificationRecord): VerificationRecord {
  const { phoneToVerify } = isBehind(theirs.phone, ours.phone) ? ours : theirs;
  return {
    ...theirs,
    email: newestOf(theirs.email, ours.email),
    phone: newestOf(theirs.phone, ours.phone),
    phoneToVerify,
    otherPhoneTried: ours.otherPhoneTried || theirs.otherPhoneTried,
  };
}
