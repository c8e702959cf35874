import type { IncomingHttpHeaders } from "node:http";
import type { EpochMs } from "@veristep/core";
import type { ReadMessage } from "../code-message.js";

/** A post to the listener. */
export interface WebhookPost {
  readonly headers: IncomingHttpHeaders;
  /** The body as it came over the wire: a signature is over these bytes. */
  readonly body: Buffer;
  /** When it came, in epoch ms. */
  readonly now: EpochMs;
}

/** One message of a post. */
export interface PostedMessage {
  /** The same for each delivery of one message: it is taken once. */
  readonly id: string;
  readonly message: ReadMessage;
}

/** The result of reading a post. */
export type WebhookVerdict =
  | {
      readonly kind: "genuine";
      /** For how long another delivery may come, in ms. */
      readonly mayComeAgainForMs: number;
      readonly messages: readonly PostedMessage[];
    }
  /** Signed with another secret (`signature`), at another time (`timestamp`), or not in its sender's form. */
  | { readonly kind: "refused"; readonly because: "signature" | "timestamp" | "malformed" };

/** A sender of messages, and how to recognise its posts. */
export interface WebhookSender {
  /** The media types of its posts. */
  readonly contentTypes: readonly string[];
  /** Rejects where the secret is not available or not usable, with a SecretProblem that says why. */
  readonly ready: () => Promise<void>;
  /** Rejects where the secret is not available or not usable. */
  readonly read: (post: WebhookPost) => Promise<WebhookVerdict>;
  /** The answer that the sender expects when its post was taken. */
  readonly thanks: { readonly status: number; readonly contentType?: string; readonly body?: string };
}

export const refused = (because: "signature" | "timestamp" | "malformed") =>
  ({ kind: "refused", because }) as const;

/** Returns a header that may come once only; null where it is missing or comes several times. */
export const headerOf = (headers: IncomingHttpHeaders, name: string): string | null => {
  const value = headers[name.toLowerCase()];
  return typeof value === "string" ? value : null;
};
