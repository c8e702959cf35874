import type { FetchMessageObject, ImapFlow, MessageStructureObject } from "imapflow";
import PostalMime from "postal-mime";
import { pageText } from "./page-text.js";

/** More of a text is not read: a code stands at its top. */
const READ_BYTES = 65_536;

/** A message has a text and a page that says the same, and perhaps another message in it. */
const MOST_TEXTS = 6;

/** Returns the parts with text, without attachments. */
const textParts = ({
  type,
  disposition,
  childNodes = [],
  ...part
}: MessageStructureObject): readonly MessageStructureObject[] => [
  ...(/^text\/(?:plain|html)$/i.test(type) && disposition?.toLowerCase() !== "attachment"
    ? [{ type, ...part }]
    : []),
  ...childNodes.flatMap(textParts),
];

/** A value that goes into a header. */
const token = (value: string | undefined, otherwise: string): string =>
  value !== undefined && /^[\w.+-]{1,40}$/.test(value) ? value : otherwise;

/** Undoes the encoding and the character set of a part. */
async function decoded(
  { type, encoding, parameters }: MessageStructureObject,
  body: Buffer,
  isDecoded: boolean,
): Promise<string> {
  const head = [
    `Content-Type: ${type}; charset=${token(parameters?.["charset"], "utf-8")}; format=${token(parameters?.["format"], "fixed")}`,
    `Content-Transfer-Encoding: ${isDecoded ? "binary" : token(encoding, "7bit")}`,
  ];
  const { text, html } = await PostalMime.parse(
    Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]),
  );
  return html === undefined ? (text ?? "") : pageText(html);
}

/**
 * Reads the text of a message: its subject with each of its texts. Pictures and other files are not fetched.
 *
 * @returns null where the message is gone.
 */
export async function readTexts(client: ImapFlow, uid: number): Promise<readonly string[] | null> {
  const message = await client.fetchOne(uid, { bodyStructure: true, envelope: true }, { uid: true });
  if (!isMessage(message) || message.bodyStructure === undefined) return null;
  const subject = message.envelope?.subject ?? "";
  const parts = textParts(message.bodyStructure).slice(0, MOST_TEXTS);
  if (parts.length === 0) return [subject];
  // The only part of a message without parts has no number.
  const keyOf = ({ part }: MessageStructureObject): string => part ?? "1";
  const bodyParts = parts.map((part) => ({ key: keyOf(part), start: 0, maxLength: READ_BYTES }));
  const bodies = await client.fetchOne(uid, { bodyParts }, { uid: true });
  if (!isMessage(bodies)) return null;
  return Promise.all(
    parts.map(async (part) => {
      const body = bodies.bodyParts?.get(keyOf(part)) ?? Buffer.alloc(0);
      const isDecoded = bodies.binaryParts?.has(keyOf(part)) === true;
      // A part that can't be read must not hide the others.
      return `${subject}\n${await decoded(part, body, isDecoded).catch(() => "")}`;
    }),
  );
}

const isMessage = (message: FetchMessageObject | false | undefined): message is FetchMessageObject =>
  message !== false && message !== undefined;
