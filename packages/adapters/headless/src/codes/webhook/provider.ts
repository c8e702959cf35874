import type { Signature } from "./signature.js";

/** Where the parts of a text message stand: paths like `data.to[0].phone_number`, or names of form fields. */
export interface MessageFields {
  /** The path to a list of messages, "." if the body is the list; the other paths then begin at each of them. */
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
  /** The media types of its posts. @defaultValue those of `type` */
  readonly mediaTypes?: readonly string[];
  readonly signature: Signature;
  /** "codes": the JSON of `readCodeMessage`, with the identifier in this header. */
  readonly message: MessageFields | { readonly codesWithIdIn: string };
  /** The answer that it expects. @defaultValue an empty 200 */
  readonly answer?: { readonly status: number; readonly contentType?: string; readonly body?: string };
}

const JSON_ONLY = ["application/json"];

/**
 * Posts of your own, with the JSON of `readCodeMessage`. They are signed as Standard Webhooks are, for which there are
 * libraries in most languages. The secret is a text, or base64 after "whsec_".
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
const json: SmsProvider = {
  type: "json",
  mediaTypes: JSON_ONLY,
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
 * Text messages to a number at Twilio. The secret is the account's auth token. The signature holds no time.
 *
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 * @see https://www.twilio.com/docs/messaging/guides/webhook-request
 */
const twilio: SmsProvider = {
  type: "form",
  signature: { by: "hmac-sha1", header: "x-twilio-signature", content: "{url}{form}" },
  message: { to: "To", text: "Body", id: "MessageSid" },
  // An empty answer in TwiML: no message back.
  answer: { status: 200, contentType: "text/xml", body: "<Response></Response>" },
};

/**
 * Text messages to a number at Vonage, from its Messages API. The secret is the account's signature secret (not the API
 * secret).
 *
 * @see https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks
 */
const vonage: SmsProvider = {
  type: "json",
  mediaTypes: JSON_ONLY,
  signature: { by: "jwt" },
  message: { to: "to", text: "text", id: "message_uuid", time: "timestamp" },
};

/** The providers with a name, which are the choices of `--webhook-sender`. `json` is for posts of your own. */
export const providers = { json, twilio, vonage } as const satisfies Readonly<Record<string, SmsProvider>>;
