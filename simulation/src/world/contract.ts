import type { Channel } from "@veristep/core";

/** The calls of the API that a flow makes. */
type Operation =
  | "status"
  | "sendEmailCode"
  | "confirmEmail"
  | "sendPhoneCode"
  | "resendPhoneCode"
  | "confirmPhone";

/** What a call is for. Requests of one kind and channel must not pile up (B3). */
export type CallKind = "status" | "send" | "confirm";

/** What the API's document says of a call, as far as somebody can tell who sees it pass. */
export interface SeenCall {
  readonly operation: Operation;
  readonly kind: CallKind;
  /** null for a read of the status, which is about both. */
  readonly channel: Channel | null;
}

const calls: ReadonlyArray<readonly [RegExp, SeenCall]> = [
  [/^GET \/User\/\d+\/status$/, { operation: "status", kind: "status", channel: null }],
  [/^POST \/User\/email\/send-confirmation$/, { operation: "sendEmailCode", kind: "send", channel: "email" }],
  [/^POST \/User\/email\/confirm$/, { operation: "confirmEmail", kind: "confirm", channel: "email" }],
  [/^POST \/User\/phone-number\/send-code$/, { operation: "sendPhoneCode", kind: "send", channel: "phone" }],
  [
    /^POST \/User\/\d+\/phone-number\/resend-code$/,
    { operation: "resendPhoneCode", kind: "send", channel: "phone" },
  ],
  [/^POST \/User\/phone-number\/verify$/, { operation: "confirmPhone", kind: "confirm", channel: "phone" }],
];

/** Which call of the API a request is. Written from the API's document, not from the adapter. */
export function callOf(method: string, path: string): SeenCall {
  const line = `${method} ${path}`;
  const found = calls.find(([pattern]) => pattern.test(line));
  if (found === undefined)
    throw new Error("the adapter makes a request that the API's document doesn't know");
  return found[1];
}
