import { defaultPolicy, type CodeFormat, type EpochMs } from "@veristep/core";
import * as v from "valibot";
import type { Arrival } from "./arrivals.js";
import { findCode } from "./find-code.js";

const channelName = v.picklist(["email", "phone"]);
/** Smaller numbers are seconds: milliseconds were as few in 1973. */
const LEAST_MS = 100_000_000_000;

/** Seconds count whole: the end of the second is the latest moment that is meant. */
const SECOND_MS = 1_000;

/**
 * Returns a time in epoch ms; null if the value isn't a time. Takes seconds and milliseconds since 1970, as numbers or
 * digits, and ISO 8601 with a time zone: without it, the hour is unknown.
 */
export function timeOf(value: unknown): EpochMs | null {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\d[T ][\d:.]+ ?(?:Z|[+-]\d\d:?\d\d)$/.test(value)) {
    const at = Date.parse(value);
    return Number.isNaN(at) ? null : at;
  }
  const number = typeof value === "string" && /^\d{1,16}(?:\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return null;
  return number < LEAST_MS ? (number + 1) * SECOND_MS - 1 : number;
}

const receivedAt = v.exactOptional(v.pipe(v.unknown(), v.transform(timeOf), v.number()));

const codeForUser = v.object({
  userId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  channel: channelName,
  code: v.pipe(
    v.union([
      v.string(),
      // A number has lost the zeros that a code may begin with.
      v.pipe(
        v.number(),
        v.safeInteger(),
        v.minValue(0),
        v.transform((code) => String(code).padStart(defaultPolicy.codeFormat.length, "0")),
      ),
    ]),
    v.regex(/^[0-9A-Za-z]{1,16}$/),
  ),
  receivedAt,
});

const textToContact = v.object({
  to: v.pipe(v.string(), v.maxLength(320)),
  channel: v.exactOptional(channelName),
  text: v.string(),
  receivedAt,
});

/** Why a message from outside brings no code. Never quotes it. */
export type MessageProblem = "notJson" | "notAMessage" | "noCode" | "severalCodes";

/** A message from outside: the code that it brings, or why it brings none. */
export type ReadMessage =
  | { readonly kind: "arrival"; readonly arrival: Arrival }
  | { readonly kind: "problem"; readonly problem: MessageProblem };

const problem = (name: MessageProblem): ReadMessage => ({ kind: "problem", problem: name });

/** The arrival that a message brings. Several texts of one message say the same, as the parts of a mail do. */
export function readText(
  arrival: Omit<Arrival, "code">,
  texts: string | readonly string[],
  pattern?: RegExp | CodeFormat,
): ReadMessage {
  const found = findCode([texts].flat(), pattern);
  switch (found.kind) {
    case "code":
      return { kind: "arrival", arrival: { ...arrival, code: found.code } };
    case "none":
      return problem("noCode");
    case "ambiguous":
      return problem("severalCodes");
  }
}

/**
 * Reads the JSON that brings a code: `{"userId": 7, "channel": "email", "code": "123456"}`, or as it was received,
 * `{"to": "+359888123456", "text": "123456 is your code"}` (`channel` is "phone" where it isn't said). Both take
 * `receivedAt`, see {@link timeOf}, for messages that were under way for a while.
 *
 * @param now when it came, in epoch ms: what `receivedAt` says can only be earlier.
 */
export function readCodeMessage(json: string, now: EpochMs, pattern?: RegExp | CodeFormat): ReadMessage {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return problem("notJson");
  }
  const code = v.safeParse(codeForUser, value);
  if (code.success) {
    const { userId, channel, code: digits, receivedAt = now } = code.output;
    return {
      kind: "arrival",
      arrival: { channel, to: { userId }, code: digits, at: Math.min(receivedAt, now) },
    };
  }
  const message = v.safeParse(textToContact, value);
  if (!message.success) return problem("notAMessage");
  const { to, channel = "phone", text, receivedAt = now } = message.output;
  return readText({ channel, to: { contact: to }, at: Math.min(receivedAt, now) }, text, pattern);
}
