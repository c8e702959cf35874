import type { EpochMs } from "@veristep/core";
import type { FetchMessageObject } from "imapflow";
import { contactKey } from "../contact-key.js";

/** A message in the folder, before its text is read. */
export interface Mail {
  readonly uid: number;
  /** The latest moment at which it can have come in, in epoch ms. */
  readonly at: EpochMs;
  /** The addressees, as {@link contactKey} spells them. */
  readonly to: ReadonlySet<string>;
  /** The sender, spelt likewise; null where the message doesn't say. */
  readonly from: string | null;
}

/** Where servers, forwarders and lists write the addressee, when `To` says something else. */
export const DELIVERY_HEADERS = [
  "Delivered-To",
  "X-Delivered-To",
  "X-Original-To",
  "X-Gm-Original-To",
  "X-Forwarded-To",
  "X-Forwarded-For",
  "X-Original-Recipient",
  "Original-Recipient",
  "Envelope-To",
  "X-Envelope-To",
  "X-RCPT-To",
  "X-Apparently-To",
  "Resent-To",
  "Received",
];

/** A server counts seconds, and its clock is somewhat off. */
const SERVER_CLOCK_MS = 5_999;

/** As long as RFC 5321 lets the parts of an address be, which also bounds the time that this takes. */
const ADDRESS = /[^\s<>,;:"@]{1,64}@[^\s<>,;:"@]{1,255}/gu;

/** Servers on the way name others as well: the sender, and themselves. */
const RECEIVED_FOR = /\bfor\s+<?([^\s<>,;:"@]{1,64}@[^\s<>,;:"@]{1,255})/iu;

const FOLDED = /\r?\n[ \t]+/g;

const addressesOf = (header: string): readonly string[] => {
  if (!/^received:/i.test(header)) return [...header.matchAll(ADDRESS)].map(([address]) => address);
  const [, address] = RECEIVED_FOR.exec(header) ?? [];
  return address === undefined ? [] : [address];
};

const deliveredTo = (headers: Buffer | undefined): readonly string[] =>
  (headers?.toString("utf8") ?? "").replaceAll(FOLDED, " ").split("\n").flatMap(addressesOf);

/** When a server says that a message came, in epoch ms; null where it doesn't say. */
export function receivedAt({ internalDate }: FetchMessageObject): EpochMs | null {
  const at = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
  return Number.isNaN(at) ? null : at;
}

/**
 * A message with what finds its reader; null where the server doesn't say when it came.
 *
 * @param now when the message was seen, in epoch ms.
 */
export function toMail(message: FetchMessageObject, now: EpochMs): Mail | null {
  const received = receivedAt(message);
  if (received === null) return null;
  const { uid, envelope, headers } = message;
  // A server whose clock is behind says that a message came before it was sent: then its sender's clock counts.
  const sent = new Date(envelope?.date ?? 0).getTime();
  const came = Number.isNaN(sent) ? received : Math.max(received, Math.min(sent, now));
  const named = [...(envelope?.to ?? []), ...(envelope?.cc ?? []), ...(envelope?.bcc ?? [])].flatMap(
    ({ address }) => (address === undefined ? [] : [address]),
  );
  const sender = envelope?.from?.[0]?.address;
  return {
    uid,
    at: came + SERVER_CLOCK_MS,
    to: new Set([...named, ...deliveredTo(headers)].map((address) => contactKey("email", address))),
    from: sender === undefined ? null : contactKey("email", sender),
  };
}

/** Whether a message is from that sender: an address, or "@" and a domain. */
export function isFrom({ from }: Mail, sender: string | undefined): boolean {
  if (sender === undefined) return true;
  const wanted = contactKey("email", sender);
  return from !== null && (wanted.startsWith("@") ? from.endsWith(wanted) : from === wanted);
}
