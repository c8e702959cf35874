/** What {@link readSmsCode} uses of a browser's globals. */
export interface SmsPlatform {
  readonly OTPCredential?: unknown;
  readonly navigator?: { readonly credentials?: { get(options: object): Promise<unknown> } };
}

/**
 * Waits for an SMS that is bound to this site, and reads its code after the person allows it (WebOTP,
 * https://wicg.github.io/web-otp/; Chromium only). The last line of such an SMS is `@your.site #123456`.
 *
 * @param signal ends the waiting.
 * @returns the code, as it stands in the SMS; null where the browser can't, the person doesn't allow it, or the
 *   signal came. Never rejects.
 */
export async function readSmsCode(
  { signal }: { readonly signal: AbortSignal },
  platform: SmsPlatform = globalThis,
): Promise<string | null> {
  // Other browsers take the request for one of passwords or keys.
  if (!("OTPCredential" in platform)) return null;
  try {
    const otp = { transport: ["sms"] };
    const credential = await platform.navigator?.credentials?.get({ otp, signal });
    const { code } = credential as { readonly code?: unknown }; // Destructuring null throws, as it shall.
    return typeof code === "string" ? code : null;
  } catch {
    return null;
  }
}
