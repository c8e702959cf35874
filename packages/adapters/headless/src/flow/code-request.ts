import type { Clock, EpochMs, Verification, VerificationView, UserId } from "@veristep/core";
import * as Redacted from "effect/Redacted";
import type { CodeRequest } from "../codes/code-source.port.js";

/**
 * How long the request of a send may have taken whose beginning this process has not seen: an earlier run or the
 * registration made it. Shorter than the pause between two codes, so that it doesn't reach back to the one before.
 */
const UNSEEN_SEND_MS = 30_000;

/** A machine's clock and its neighbour's, and clocks that count seconds only. */
const CLOCK_GRAIN_MS = 1_000;

/** Since when the newest code can have been out, at the earliest: for {@link CodeRequest.notBefore}. */
export const earliestMessage = (sentAt: EpochMs | null, sendBeganAt: EpochMs | null): EpochMs | null => {
  if (sendBeganAt !== null) return sendBeganAt - CLOCK_GRAIN_MS;
  return sentAt === null ? null : sentAt - UNSEEN_SEND_MS;
};

/** When the newest send of a flow began, as seen from outside. */
export interface SendWatch {
  /** In epoch ms; null where none has begun since the watch did. */
  readonly beganAt: () => EpochMs | null;
  readonly stop: () => void;
}

/** Watches a flow that is about to start. */
export function watchSends(verification: Verification, clock: Clock): SendWatch {
  let beganAt: EpochMs | null = null;
  let channel: VerificationView["channel"] = null;
  let wasSending = false;
  const look = (view: VerificationView) => {
    // A send to the e-mail address says nothing about the phone.
    if (view.channel !== channel) [beganAt, wasSending] = [null, false];
    channel = view.channel;
    const isSending = view.activities.includes("sending");
    if (isSending && !wasSending) beganAt = clock.now();
    wasSending = isSending;
  };
  look(verification.view());
  return { beganAt: () => beganAt, stop: verification.subscribe(look) };
}

/** Returns the request to a source when a flow waits for a code; null where it waits for none. */
export function codeRequest(
  view: VerificationView,
  about: {
    readonly userId: UserId;
    /** The contact that the code goes to, in full. */
    readonly destination: string | undefined;
    readonly sendBeganAt: EpochMs | null;
    readonly refused: ReadonlySet<string>;
  },
): CodeRequest | null {
  const { channel, code, destination: masked } = view;
  if (channel === null || code === null) return null;
  return {
    userId: about.userId,
    channel,
    destination:
      about.destination === undefined ? null : Redacted.make(about.destination, { label: masked ?? channel }),
    masked,
    sentAt: code.sentAt,
    notBefore: earliestMessage(code.sentAt, about.sendBeganAt),
    generation: code.generation,
    refused: about.refused,
    view,
  };
}
