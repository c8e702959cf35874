import type { Signature } from "./signature.js";

/** Where the parts of a text message stand: paths like `data.to[0].phone_number`, or names of form fields. */
export interface MessageFields {
  /** The path to a list of messages; the other paths then begin at each of them. */
  readonly each?: string;
  /** The number that the message came to. */
  readonly to: string;
  readonly text: string;
  /** The message's identifier: another delivery has the same. @defaultValue a digest of the body */
  readonly id?: string;
  /** When the message came: ISO 8601 with a time zone, or seconds or milliseconds since 1970. @defaultValue now */
  readonly time?: string;
}

/** A provider of text messages, as data. */
export interface SmsProvider {
  readonly type: "json" | "form";
  readonly signature: Signature;
  /** "codes": the JSON of `readCodeMessage`, with the identifier in this header. */
  readonly message: MessageFields | { readonly codesWithIdIn: string };
  /** The answer that it expects. @defaultValue an empty 200 */
  readonly answer?: { readonly status: number; readonly contentType?: string; readonly body?: string };
}

/**
 * Posts of your own, signed as Standard Webhooks are, for which there are libraries in most languages.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks: SmsProvider = {
  type: "json",
  signature: {
    by: "hmac-sha256",
    header: "webhook-signature",
    content: "{webhook-id}.{webhook-timestamp}.{body}",
    prefix: "v1,",
    time: "webhook-timestamp",
  },
  message: { codesWithIdIn: "webhook-id" },
  answer: { status: 204 },
};

/**
 * Text messages to a number at Twilio. The signature holds no time.
 *
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 * @see https://www.twilio.com/docs/messaging/guides/webhook-request
 */
export const twilio: SmsProvider = {
  type: "form",
  signature: { by: "hmac-sha1", header: "x-twilio-signature", content: "{url}{form}" },
  message: { to: "To", text: "Body", id: "MessageSid" },
  // An empty answer in TwiML: no message back.
  answer: { status: 200, contentType: "text/xml", body: "<Response></Response>" },
};

/**
 * Text messages to a number at Vonage, from its Messages API.
 *
 * @see https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks
 */
export const vonage: SmsProvider = {
  type: "json",
  signature: { by: "jwt" },
  message: { to: "to", text: "text", id: "message_uuid", time: "timestamp" },
};
