import { readCodeMessage } from "../code-message.js";
import type { Secret } from "../secret.js";
import { CLOCK_SKEW_MS, headerOf, refused, type WebhookSender } from "./sender.js";
import { hmac, isSame } from "./signatures.js";

export interface SignedJsonOptions {
  /** The key of the signatures: as it is, or base64 after "whsec_". */
  readonly secret: Secret;
  /** Finds the code in a `text`, where six digits that stand alone are not right. */
  readonly pattern?: RegExp;
}

const keyOf = (secret: string): string | Buffer =>
  secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : secret;

/**
 * Posts of your own: the JSON of {@link readCodeMessage}, signed as Standard Webhooks are, for which there are
 * libraries in most languages. Headers: `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, which is
 * `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; several signatures may stand there, with spaces
 * between. A timestamp may be 5 minutes off; an id is taken once.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signedJson = ({ secret, pattern }: SignedJsonOptions): WebhookSender => ({
  contentType: "application/json",
  thanks: { status: 204 },
  ready: async () => {
    await secret();
  },
  read: async ({ headers, body, now }) => {
    const id = headerOf(headers, "webhook-id");
    const timestamp = headerOf(headers, "webhook-timestamp");
    const signatures = headerOf(headers, "webhook-signature");
    if (id === null || timestamp === null || signatures === null || !/^\d{1,12}$/.test(timestamp)) {
      return refused("signature");
    }
    const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
    const expected = `v1,${hmac("sha256", keyOf(await secret()), content, "base64")}`;
    if (!signatures.split(" ").some((signature) => isSame(signature, expected))) return refused("signature");
    if (Math.abs(now - Number(timestamp) * 1_000) > CLOCK_SKEW_MS) return refused("timestamp");
    return {
      kind: "genuine",
      id,
      mayComeAgainForMs: 2 * CLOCK_SKEW_MS,
      message: readCodeMessage(body.toString("utf8"), now, pattern),
    };
  },
});
