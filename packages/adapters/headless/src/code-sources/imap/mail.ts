import type { EpochMs } from "@veristep/core";
import type { FetchMessageObject } from "imapflow";
import PostalMime from "postal-mime";
import { contactKey } from "../contact-key.js";

/** A message in the folder, before its text is read. */
export interface Mail {
  readonly uid: number;
  /** The latest moment at which it can have come in, in epoch ms. */
  readonly at: EpochMs;
  /** Whom it is for, as {@link contactKey} spells them. */
  readonly to: ReadonlySet<string>;
  /** Whom it is from, spelt likewise; null where it doesn't say. */
  readonly from: string | null;
}

/** Who a message was delivered to, where a forwarder or a list stands in `To`. */
export const DELIVERY_HEADERS = [
  "Delivered-To",
  "X-Original-To",
  "X-Delivered-To",
  "Envelope-To",
  "X-Envelope-To",
];

/** A server counts seconds, and its clock is somewhat off. */
const SERVER_CLOCK_MS = 5_999;

/** As long as RFC 5321 lets the parts of an address be, which also bounds the time that this takes. */
const ADDRESS = /[^\s<>,;:"@]{1,64}@[^\s<>,;:"@]{1,255}/gu;

const deliveredTo = (headers: Buffer | undefined): string[] =>
  [...(headers?.toString("utf8") ?? "").matchAll(ADDRESS)].map(([address]) => address);

/** null where the server doesn't say when it came. */
export function toMail({ uid, internalDate, envelope, headers }: FetchMessageObject): Mail | null {
  if (internalDate === undefined) return null;
  const named = [...(envelope?.to ?? []), ...(envelope?.cc ?? []), ...(envelope?.bcc ?? [])].flatMap(
    ({ address }) => (address === undefined ? [] : [address]),
  );
  const sender = envelope?.from?.[0]?.address;
  return {
    uid,
    at: new Date(internalDate).getTime() + SERVER_CLOCK_MS,
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

/** More parts than a message has that is meant for a person; parsing takes the square of it. */
const MOST_BOUNDARIES = 500;

/** What a person reads of a message: its subject with its text, and with the text of its HTML, where it has any. */
export async function textsOf(source: Buffer): Promise<readonly string[]> {
  if ((source.toString("latin1").match(/^--/gmu)?.length ?? 0) > MOST_BOUNDARIES) {
    throw new Error("The message has too many parts.");
  }
  const {
    subject = "",
    text,
    html,
  } = await PostalMime.parse(source, {
    maxNestingDepth: 16,
    maxHeadersSize: 65_536,
  });
  const bodies = [text, html === undefined ? undefined : withoutTags(html)];
  return bodies.flatMap((body) => (body === undefined ? [] : [`${subject}\n${body}`]));
}

// Each of these looks at a character a bounded number of times, whatever the message.
const withoutTags = (html: string): string =>
  html
    .replaceAll(/<(style|script)\b[^]*?(?:<\/\1\s*>|$)/giu, " ")
    .replaceAll(/<[^<>]*>/gu, " ")
    .replaceAll(/&nbsp;|&#160;/giu, " ");
