import { err, ok, type Result } from "neverthrow";
import type { EpochMs } from "./clock.port.js";
import { type Known, type VerificationContext, type VerificationInput } from "./chart/context.js";
import { noFacts, type ChannelFacts, type Contact } from "./rules/channel.js";
import { remainingMs, type Deadline } from "./rules/deadline.js";
import { longestLockMs } from "./rules/lock.js";
import { factsAfterSend, longestCooldownMs } from "./rules/sends.js";
import type { Policy } from "./policy.js";
import { isUserId, type UserId } from "./verification-api.port.js";

/**
 * The stored part of a channel on which something was sent or tried. Contacts are masked; nothing here can be typed in
 * or sent to.
 */
export interface ChannelRecord extends Omit<ChannelFacts, "sentTo"> {
  readonly sentTo: string | null;
}

/**
 * The stored part of a flow, so that it continues after a reload, a crash, or in another process.
 *
 * A selection, not a snapshot: no code, no token, no whole contact, no error (B30). What is verified is not in
 * it either: that is asked of the service again (B33, B34).
 */
export interface VerificationRecord {
  readonly version: 2;
  readonly userId: UserId;
  /** When the record expires: every deadline in it has passed by then. Epoch ms. */
  readonly expiresAt: EpochMs;
  /** Null while nothing was sent or tried. */
  readonly email: ChannelRecord | null;
  readonly phone: ChannelRecord | null;
  /** The phone number to verify, masked, and whether the service certainly has it on file. */
  readonly phoneToVerify: { readonly masked: string; readonly onFile: "yes" | "perhaps" | "no" } | null;
  readonly otherPhoneTried: boolean;
}

/** Why a stored value isn't accepted as a record. The flow then starts from scratch. */
export type RecordProblem =
  /** Not a record at all, or damaged. */
  | { readonly kind: "notARecord" }
  /** Of another version of this library. */
  | { readonly kind: "otherVersion" }
  /** Of another user. */
  | { readonly kind: "otherUser" }
  | { readonly kind: "expired" };

const says = (fact: ChannelFacts[keyof ChannelFacts]): boolean =>
  fact !== null && fact !== 0 && !(Array.isArray(fact) && fact.length === 0);

const channelRecord = (facts: ChannelFacts): ChannelRecord | null =>
  Object.values(facts).some(says) ? { ...facts, sentTo: facts.sentTo?.masked ?? null } : null;

/**
 * Returns the record of a flow: the part that outlives it.
 *
 * @param now the time, in epoch ms.
 */
export function toRecord(context: VerificationContext, now: EpochMs): VerificationRecord {
  const { policy, contacts, facts, onFile } = context;
  const number = contacts.phone;
  const certainty = onFile?.sure === true ? "yes" : "perhaps";
  // The service may have asked for a longer wait than any of the policy's.
  const waits = [facts.email, facts.phone].flatMap(({ cooldown, lock }) =>
    [cooldown, lock].map((deadline) => (deadline === null ? 0 : remainingMs(deadline, now))),
  );
  return {
    version: 2,
    userId: context.userId,
    expiresAt: now + Math.max(policy.sendWindowMs, policy.lockMs, policy.cooldownMs, ...waits),
    email: channelRecord(facts.email),
    phone: channelRecord(facts.phone),
    phoneToVerify:
      number === null
        ? null
        : { masked: number.masked, onFile: onFile?.ref === number.ref ? certainty : "no" },
    otherPhoneTried: context.otherPhoneTried,
  };
}

/** References to numbers that only an earlier run knew: the one to prove, and others. The host has nothing behind them. */
const RESTORED = { number: "restored", other: "restored-other" };

const restore = (masked: string | null, known: Contact | null, ref: string): Contact | null => {
  if (masked === null) return null;
  return known?.masked === masked ? known : { ref, masked };
};

const factsOf = (record: ChannelRecord | null, contact: Contact | null): ChannelFacts =>
  record === null ? noFacts : { ...record, sentTo: restore(record.sentTo, contact, RESTORED.other) };

/** A deadline that lasts no longer than any can: what is stored may be damaged, or of a clock that was years ahead. */
const boundedDeadline = <D extends Deadline>(deadline: D | null, longestMs: number, now: EpochMs): D | null =>
  deadline === null
    ? null
    : {
        ...deadline,
        until: Math.min(deadline.until, now + longestMs),
        lengthMs: Math.min(deadline.lengthMs, longestMs),
      };

function bounded(facts: ChannelFacts, policy: Policy, now: EpochMs): ChannelFacts {
  const { cooldown, lock } = facts;
  return {
    ...facts,
    cooldown: boundedDeadline(cooldown, longestCooldownMs(policy), now),
    lock: lock === null ? null : boundedDeadline(lock, longestLockMs(policy, lock.by), now),
  };
}

/**
 * The machine's input from a record and the contacts that the host knows now.
 *
 * A number that the host gives may be another one than the record's, even one with the same mask. So it is
 * not taken to be on file: the next send names it to the service.
 */
export function fromRecord(
  record: VerificationRecord,
  contacts: VerificationInput["contacts"],
  { policy, now }: { readonly policy: Policy; readonly now: EpochMs },
): Known {
  const { phoneToVerify: number } = record;
  const known = restore(number?.masked ?? null, contacts.phone, RESTORED.number);
  const phone = contacts.phone ?? known;
  const isOther = number !== null && number.masked !== phone?.masked;
  // Another number may have the same mask: the one to verify was sent nothing if it is not on file.
  const stored = factsOf(record.phone, number?.onFile === "no" ? null : phone);
  const cutSend = isOther ? stored.sendingSince : null;
  // A send that was under way to a number that is no longer the one to verify may have gone out, to that one.
  const phoneFacts =
    cutSend === null || number === null
      ? stored
      : factsAfterSend(stored, {
          policy,
          to: { ref: RESTORED.other, masked: number.masked },
          certainty: "perhaps",
          at: cutSend,
        });
  const wasCut = isOther && phoneFacts.sentTo?.masked === number.masked;
  const wasSentTo = number !== null && (number.onFile !== "no" || wasCut);
  return {
    contacts: { email: contacts.email, phone },
    facts: {
      email: bounded(factsOf(record.email, contacts.email), policy, now),
      phone: bounded(phoneFacts, policy, now),
    },
    onFile:
      known === null || !wasSentTo
        ? null
        : { ...known, sure: number?.onFile === "yes" && contacts.phone === null, flagIsIts: false },
    otherPhoneTried: record.otherPhoneTried || (isOther && wasSentTo),
  };
}

type Check = (value: unknown) => boolean;

const isWhole: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isTime: Check = (value) => typeof value === "number" && Number.isFinite(value);
/** A clock may count parts of a ms. */
const isLength: Check = (value) => isTime(value) && Number(value) >= 0;
const isMasked: Check = (value) => typeof value === "string" && value.length <= 320;
const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isListOf =
  (check: Check, most: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= most && value.every(check);

/** An object with exactly these members: a newer or damaged record has others. */
const isExactly =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === Object.keys(members).length &&
    Object.entries(members).every(([name, check]) => {
      const member = Object.getOwnPropertyDescriptor(value, name);
      return member !== undefined && check(member.value);
    });

/** The most sends that a record of a channel can hold. */
export const MOST_SENDS = 100;

const isChannelRecord = isExactly({
  generation: isWhole,
  sends: isListOf(isTime, MOST_SENDS),
  newestSend: isOneOf("accepted", "perhaps", null),
  sentAt: orNull(isTime),
  sentTo: orNull(isMasked),
  sendingSince: orNull(isTime),
  cooldown: orNull(isExactly({ until: isTime, lengthMs: isLength })),
  attempts: isWhole,
  lock: orNull(isExactly({ until: isTime, lengthMs: isLength, by: isOneOf("attempts", "service") })),
});

const isRecord = isExactly({
  version: isOneOf(2),
  userId: isUserId,
  expiresAt: isTime,
  email: orNull(isChannelRecord),
  phone: orNull(isChannelRecord),
  phoneToVerify: orNull(isExactly({ masked: isMasked, onFile: isOneOf("yes", "perhaps", "no") })),
  otherPhoneTried: isOneOf(true, false),
});

/**
 * Takes a stored value for a record of this user, or says why not (B33, B35). Never throws.
 *
 * @param now the time, in epoch ms.
 */
export function parseRecord(
  stored: unknown,
  { userId, now }: { readonly userId: UserId; readonly now: EpochMs },
): Result<VerificationRecord, RecordProblem> {
  if (typeof stored !== "object" || stored === null || !("version" in stored))
    return err({ kind: "notARecord" });
  if (stored.version !== 2) return err({ kind: "otherVersion" });
  if (!isRecord(stored)) return err({ kind: "notARecord" });
  // `isRecord` has checked each member; TypeScript can't see through the table of checks.
  const record = stored as unknown as VerificationRecord;
  if (record.userId !== userId) return err({ kind: "otherUser" });
  return record.expiresAt <= now ? err({ kind: "expired" }) : ok(record);
}

/** The facts that follow from a registration, which mails a first code by itself (the API's document). */
export const afterRegistration = (email: Contact, sentAt: EpochMs, policy: Policy): ChannelFacts =>
  factsAfterSend(noFacts, { policy, to: email, certainty: "accepted", at: sentAt });
