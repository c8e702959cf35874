import type { Channel } from "@veristep/core";

/** The purpose of a call. */
export type CallKind = "status" | "send" | "confirm";

const calls = [
  [/^GET \/User\/\d+\/status$/, "status", "status", null],
  [/^POST \/User\/email\/send-confirmation$/, "sendEmailCode", "send", "email"],
  [/^POST \/User\/email\/confirm$/, "confirmEmail", "confirm", "email"],
  [/^POST \/User\/phone-number\/send-code$/, "sendPhoneCode", "send", "phone"],
  [/^POST \/User\/\d+\/phone-number\/resend-code$/, "resendPhoneCode", "send", "phone"],
  [/^POST \/User\/phone-number\/verify$/, "confirmPhone", "confirm", "phone"],
] as const;

/** A call, as the API's document describes it. */
export interface SeenCall {
  readonly operation: (typeof calls)[number][1];
  readonly kind: CallKind;
  /** null for a read of the status, which is about both. */
  readonly channel: Channel | null;
}

/** Which call of the API a request is. Written from the API's document, not from the adapter. */
export function callOf(method: string, path: string): SeenCall {
  const found = calls.find(([pattern]) => pattern.test(`${method} ${path}`));
  if (found === undefined) throw new Error(`the API's document doesn't know ${method} ${path}`);
  const [, operation, kind, channel] = found;
  return { operation, kind, channel };
}
