import type { EpochMs, VerificationView } from "@veristep/core";
import { answered, said, timeLeft, type Pressed } from "./question.js";

/** The key that requests a new code. */
export interface ResendKey {
  readonly hint: (now: EpochMs) => string;
  readonly press: (now: EpochMs) => Pressed<{ readonly kind: "resend" }>;
}

/**
 * @param before later than that it isn't offered.
 * @returns null where it can't be requested.
 */
export function createResendKey(
  view: VerificationView | null,
  before: EpochMs = Number.POSITIVE_INFINITY,
): ResendKey | null {
  if (view?.resend === null || view?.resend === undefined) return null;
  const at = view.resend.allowed ? 0 : view.resend.availableAt;
  if (at === null || at >= before) return null;
  return {
    hint: (now) => `[r] another code${now < at ? ` in ${timeLeft(at, now)}` : ""}`,
    press: (now) =>
      now >= at ? answered({ kind: "resend" }) : said(`You can request a new code in ${timeLeft(at, now)}.`),
  };
}
