import { readText } from "../code-message.js";
import type { Secret } from "../secret.js";
import { headerOf, refused, type WebhookSender } from "./sender.js";
import { hmac, isSame } from "./signatures.js";

export interface TwilioSmsOptions {
  /** The account's auth token, which signs the posts. */
  readonly authToken: Secret;
  /** The address that Twilio posts to, exactly as it is set up there: it is a part of what is signed. */
  readonly url: string;
  /** Finds the code in a message, where six digits that stand alone are not right. */
  readonly pattern?: RegExp;
}

const DAY_MS = 86_400_000;

/** The address, then each field's name and value, in the order of the names. */
function signedContent(url: string, fields: URLSearchParams): string {
  const names = [...new Set(fields.keys())].sort();
  // A field that comes several times is signed once for each different value.
  const parts = names.flatMap((name) =>
    [...new Set(fields.getAll(name))].sort().map((value) => name + value),
  );
  return url + parts.join("");
}

/**
 * Text messages to a number at Twilio: form posts with `X-Twilio-Signature`, base64 of HMAC-SHA1. The code is for
 * the flow that proves the number in `To`. That signature holds no time, so a message is taken once by its
 * `MessageSid`, for a day and for as long as the listener runs.
 *
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 * @see https://www.twilio.com/docs/messaging/guides/webhook-request
 */
export const twilioSms = ({ authToken, url, pattern }: TwilioSmsOptions): WebhookSender => ({
  contentType: "application/x-www-form-urlencoded",
  // An empty answer in TwiML: no message back.
  thanks: { status: 200, contentType: "text/xml", body: "<Response></Response>" },
  ready: async () => {
    await authToken();
  },
  read: async ({ headers, body, now }) => {
    const fields = new URLSearchParams(body.toString("utf8"));
    const expected = hmac("sha1", await authToken(), signedContent(url, fields), "base64");
    if (!isSame(headerOf(headers, "x-twilio-signature") ?? "", expected)) return refused("signature");
    const [id, to, text] = [fields.get("MessageSid"), fields.get("To"), fields.get("Body")];
    if (id === null || to === null || text === null) return refused("malformed");
    return {
      kind: "genuine",
      id,
      mayComeAgainForMs: DAY_MS,
      message: readText({ channel: "phone", to: { contact: to }, at: now }, text, pattern),
    };
  },
});
