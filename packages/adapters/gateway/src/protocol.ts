import type { ApiFailure, Policy, UserStatus } from "@veristep/core";

/*
 * The protocol between a page and the gateway, which `docs/gateway-protocol.md` and `docs/gateway-openapi.json` also
 * describe. The client and the server share this file.
 */

/** The operations of the gateway, with the method and path of each, below the base path. */
export const routes = {
  session: { method: "GET", path: "/" },
  status: { method: "GET", path: "/status" },
  sendEmailCode: { method: "POST", path: "/email/send" },
  confirmEmail: { method: "POST", path: "/email/confirm" },
  sendPhoneCode: { method: "POST", path: "/phone/send" },
  resendPhoneCode: { method: "POST", path: "/phone/resend" },
  confirmPhone: { method: "POST", path: "/phone/confirm" },
} as const;

/** One operation of the gateway. */
export type GatewayOperation = keyof typeof routes;

/** What a page needs to create a flow: the value of `GET /`. */
export interface GatewaySession {
  readonly user: {
    /** An opaque key of the signed-in user: the same user always has the same key. */
    readonly id: string;
    /** Masked, unless the app shows whole contacts. Null where the user has none. */
    readonly email: string | null;
    /** As {@link email}. Where it is null, the page asks the user for a number. */
    readonly phone: string | null;
    /** How long ago registration mailed a code, in ms; null where it mailed none. */
    readonly emailCodeAgeMs: number | null;
  };
  readonly policy: Policy;
}

/** The value of each operation that succeeded. */
export interface GatewayValues {
  readonly session: GatewaySession;
  readonly status: UserStatus;
  readonly sendEmailCode: "accepted";
  readonly confirmEmail: "confirmed";
  readonly sendPhoneCode: "accepted";
  readonly resendPhoneCode: "accepted";
  readonly confirmPhone: "confirmed";
}

/** The JSON body of every response. */
export type GatewayBody<T = GatewayValues[GatewayOperation]> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ApiFailure };

/**
 * The HTTP status of a failure. Clients read the body; the status is for proxies, logs and metrics. A 401 or
 * 429 is always the gateway's own verdict or the service's wait for this user, never the merchant's token.
 */
export function statusOf(failure: ApiFailure): number {
  switch (failure.kind) {
    case "unauthorized":
      return failure.origin === "gateway" ? 401 : 502;
    case "throttled":
      return 429;
    case "invalidRequest":
      return invalidRequestStatuses[failure.argument] ?? 400;
    case "contactNeeded":
      return 409;
    case "userNotFound":
      return 404;
    case "codeRejected":
    case "codeMalformed":
    case "codeSpent":
    case "contactRefused":
      return 422;
    case "serverError":
      return failure.origin === "gateway" ? 500 : 502;
    case "protocol":
      return 502;
    case "unreachable":
    case "tokenUnavailable":
      return 503;
    case "noAnswer":
      return 504;
  }
}

/** Which part of a request the gateway can't take, and the status of that. */
const invalidRequestStatuses: Readonly<Record<string, number>> = {
  origin: 403,
  challenge: 403,
  path: 404,
  method: 405,
  bodySize: 413,
  contentType: 415,
};
