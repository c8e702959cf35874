import type { EpochMs } from "@veristep/core";
import * as Option from "effect/Option";
import * as Schema from "effect/Schema";
import type { Arrival } from "./arrivals.js";
import { findCode } from "./find-code.js";

const ChannelName = Schema.Literals(["email", "phone"]);
const Code = Schema.String.check(Schema.isPattern(/^[0-9A-Za-z]{1,16}$/));
const ReceivedAt = Schema.optionalKey(Schema.Number.check(Schema.isFinite()));

const CodeForUser = Schema.Struct({
  userId: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  channel: ChannelName,
  code: Code,
  receivedAt: ReceivedAt,
});

const TextToContact = Schema.Struct({
  to: Schema.String.check(Schema.isMaxLength(320)),
  channel: Schema.optionalKey(ChannelName),
  text: Schema.String,
  receivedAt: ReceivedAt,
});

const decodeCode = Schema.decodeUnknownOption(CodeForUser);
const decodeText = Schema.decodeUnknownOption(TextToContact);

/** What is wrong with a message from outside. Never quotes it. */
export type MessageProblem = "notJson" | "notAMessage" | "noCode" | "severalCodes";

/** A message from outside: the code that it brings, or why it brings none. */
export type ReadMessage =
  | { readonly kind: "arrival"; readonly arrival: Arrival }
  | { readonly kind: "problem"; readonly problem: MessageProblem };

const problem = (name: MessageProblem): ReadMessage => ({ kind: "problem", problem: name });

/** The arrival that a text brings. */
export function readText(arrival: Omit<Arrival, "code">, text: string, pattern?: RegExp): ReadMessage {
  const found = findCode(text, pattern);
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
 * `receivedAt` in epoch ms, for messages that were under way for a while.
 *
 * @param now when it came, in epoch ms: what `receivedAt` says can only be earlier.
 */
export function readCodeMessage(json: string, now: EpochMs, pattern?: RegExp): ReadMessage {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return problem("notJson");
  }
  const code = decodeCode(value);
  if (Option.isSome(code)) {
    const { userId, channel, code: digits, receivedAt = now } = code.value;
    return {
      kind: "arrival",
      arrival: { channel, to: { userId }, code: digits, at: Math.min(receivedAt, now) },
    };
  }
  const text = decodeText(value);
  if (Option.isNone(text)) return problem("notAMessage");
  const { to, channel = "phone", receivedAt = now } = text.value;
  return readText({ channel, to: { contact: to }, at: Math.min(receivedAt, now) }, text.value.text, pattern);
}
