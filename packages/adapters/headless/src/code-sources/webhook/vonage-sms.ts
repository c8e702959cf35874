import { createHash } from "node:crypto";
import { errors, jwtVerify, type JWTPayload } from "jose";
import * as v from "valibot";
import { readText } from "../code-message.js";
import type { Secret } from "../secret.js";
import { CLOCK_SKEW_MS, headerOf, refused, type WebhookSender } from "./sender.js";
import { isSame } from "./signatures.js";

export interface VonageSmsOptions {
  /** The account's signature secret (not the API secret). */
  readonly signatureSecret: Secret;
  /** Finds the code in a message, where six digits that stand alone are not right. */
  readonly pattern?: RegExp;
}

const DAY_MS = 86_400_000;

/** Their clock and ours, and theirs counts seconds here. */
const CLOCK_GRAIN_MS = 5_000;

const inboundSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ message_uuid: v.string(), to: v.string(), text: v.string(), timestamp: v.string() }),
);

const claimsSchema = v.object({ iat: v.number(), payload_hash: v.string() });

/** null where the signature isn't the secret's. */
async function verifiedClaims(token: string, secret: string, now: number): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ["HS256"],
      currentDate: new Date(now),
      clockTolerance: CLOCK_SKEW_MS / 1_000,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/**
 * Text messages to a number at Vonage, from its Messages API: JSON with a JWT (HS256) in `Authorization`, whose
 * `payload_hash` is the SHA-256 of the body. The code is for the flow that proves the number in `to`. The token may
 * be 5 minutes old; a message is taken once by its `message_uuid`, since Vonage repeats posts for a day.
 *
 * @see https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks
 * @see https://developer.nexmo.com/messages/concepts/signed-webhooks
 */
export const vonageSms = ({ signatureSecret, pattern }: VonageSmsOptions): WebhookSender => ({
  contentType: "application/json",
  thanks: { status: 200 },
  ready: async () => {
    await signatureSecret();
  },
  read: async ({ headers, body, now }) => {
    const [, token] = /^Bearer (\S+)$/i.exec(headerOf(headers, "authorization") ?? "") ?? [];
    if (token === undefined) return refused("signature");
    const verified = v.safeParse(claimsSchema, await verifiedClaims(token, await signatureSecret(), now));
    if (!verified.success) return refused("signature");
    const claims = verified.output;
    if (!isSame(claims.payload_hash, createHash("sha256").update(body).digest("hex"))) {
      return refused("signature");
    }
    if (Math.abs(now - claims.iat * 1_000) > CLOCK_SKEW_MS) return refused("timestamp");
    const inbound = v.safeParse(inboundSchema, body.toString("utf8"));
    if (!inbound.success) return refused("malformed");
    const { message_uuid: id, to, text, timestamp } = inbound.output;
    const sentAt = Date.parse(timestamp);
    const at = Number.isNaN(sentAt) ? now : Math.min(sentAt + CLOCK_GRAIN_MS, now);
    return {
      kind: "genuine",
      id,
      mayComeAgainForMs: DAY_MS,
      message: readText({ channel: "phone", to: { contact: to }, at }, text, pattern),
    };
  },
});
