import type { IncomingHttpHeaders } from "node:http";
import type { EpochMs } from "@veristep/core";
import type { ReadMessage } from "../code-message.js";

/** What came to the listener. */
export interface WebhookPost {
  readonly headers: IncomingHttpHeaders;
  /** As it came over the wire: a signature is over these bytes. */
  readonly body: Buffer;
  /** When it came, in epoch ms. */
  readonly now: EpochMs;
}

/** What a post turned out to be. */
export type WebhookVerdict =
  | {
      readonly kind: "genuine";
      /** The same for each delivery of one message: it is taken once. */
      readonly id: string;
      /** For how long another delivery may come, in ms. */
      readonly mayComeAgainForMs: number;
      readonly message: ReadMessage;
    }
  /** Not from who it says (`signature`), from another time (`timestamp`), or not in its sender's form. */
  | { readonly kind: "refused"; readonly because: "signature" | "timestamp" | "malformed" };

/** Somebody who posts messages, and how to tell that it is them. */
export interface WebhookSender {
  /** The media type that its posts have. */
  readonly contentType: string;
  /** Rejects where the secret can't be had. */
  readonly ready: () => Promise<void>;
  /** Rejects where the secret can't be had. */
  readonly read: (post: WebhookPost) => Promise<WebhookVerdict>;
  /** What the sender wants to hear when a post was taken. */
  readonly thanks: { readonly status: number; readonly contentType?: string; readonly body?: string };
}

/** How far a sender's clock may be from ours. */
export const CLOCK_SKEW_MS = 300_000;

export const refused = (because: "signature" | "timestamp" | "malformed") =>
  ({ kind: "refused", because }) as const;

/** A header that may come once only. */
export const headerOf = (headers: IncomingHttpHeaders, name: string): string | null => {
  const value = headers[name];
  return typeof value === "string" ? value : null;
};
