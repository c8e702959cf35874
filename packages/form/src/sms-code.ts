import type { Verification, VerificationView } from "@veristep/core";

/**
 * Reads the code out of the text message, where the browser can (WebOTP); null where it can't, or the user
 * doesn't allow it. `readSmsCode` of `@veristep/browser` is one.
 */
export type SmsReader = (options: { readonly signal: AbortSignal }) => Promise<string | null>;

/**
 * Reads a text message whenever the flow waits for its code. A reading is aborted when a code is submitted, when
 * a new one is requested, and at the end.
 *
 * @param type takes what was read.
 * @returns ends it.
 */
export function readSmsCodes(
  verification: Verification,
  reader: () => SmsReader | undefined,
  type: (text: string) => void,
): () => void {
  let reading: AbortController | null = null;
  /** A message can be faster than the answer that it was sent; until then no code is taken. */
  let early: string | null = null;
  let wasSending = false;

  const stop = () => {
    reading?.abort();
    reading = null;
    early = null;
  };
  const start = async () => {
    const controller = new AbortController();
    reading = controller;
    try {
      const text = (await reader()?.(controller)) ?? null;
      if (text === null || controller.signal.aborted) return;
      if (wasSending) early = text;
      else type(text);
    } catch {
      // The user types it.
    }
  };
  const look = (view: VerificationView) => {
    const isSending = view.activities.includes("sending");
    const isAwaited = view.step === "phone" && !view.activities.includes("confirming");
    if (!isAwaited || (isSending && !wasSending)) stop();
    wasSending = isSending;
    if (isAwaited && reading === null) void start();
    if (early !== null && !isSending) {
      const text = early;
      early = null;
      type(text);
    }
  };

  look(verification.view());
  const unsubscribe = verification.subscribe(look);
  return () => {
    unsubscribe();
    stop();
  };
}
