/** The browser globals that {@link readSmsCode} uses. */
export interface SmsPlatform {
  readonly OTPCredential?: unknown;
  readonly navigator?: { readonly credentials?: { get(options: object): Promise<unknown> } };
}

/**
 * Waits for an SMS that is bound to this site, and reads its code after the user allows it (WebOTP,
 * https://wicg.github.io/web-otp/; Chromium only). The last line of such an SMS is `@your.site #123456`.
 *
 * @param signal ends the wait.
 * @returns the code as written in the SMS; null if the browser doesn't support it, the user doesn't allow it, or
 *   the signal aborts. Never rejects.
 */
export async function readSmsCode(
  { signal }: { readonly signal: AbortSignal },
  platform: SmsPlatform = globalThis,
): Promise<string | null> {
  // Other browsers treat the request as one for passwords or keys.
  if (!("OTPCredential" in platform)) return null;
  try {
    const otp = { transport: ["sms"] };
    const credential = await platform.navigator?.credentials?.get({ otp, signal });
    const { code } = credential as { readonly code?: unknown }; // Destructuring null throws, and the catch below returns null.
    return typeof code === "string" ? code : null;
  } catch {
    return null;
  }
}
