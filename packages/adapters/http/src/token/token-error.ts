/** Why there is no access token. */
export type TokenErrorCode =
  /** The token server answered with an error code of the OAuth registry. */
  | RegisteredErrorCode
  /** It answered with another status than 200, and with no such code. */
  | "httpStatus"
  /** It answered 200 with something else than an access token. */
  | "notAToken"
  /** It can't be reached, or the connection broke. */
  | "unreachable"
  | "timeout";

type RegisteredErrorCode = keyof typeof advice;

/**
 * What to change, by the error code of the token server: RFC 6749 §5.2 and the IANA registry of OAuth extensions. Any
 * other code could be text of the server, and so can its description: neither is repeated.
 */
const advice = {
  invalid_request: "It misses something in the request: check scope and parameters.",
  invalid_client: "It doesn't know this client: check clientId and its secret or certificate.",
  invalid_grant: "It refused the sign-in: check username and password.",
  invalid_scope: "It doesn't give this scope to this client: check scope.",
  invalid_target: "It doesn't know this audience or resource: check parameters.",
  unauthorized_client: "This client may not use this grant: have it allowed at the token server.",
  unsupported_grant_type: "It doesn't offer this grant: use another token source.",
  access_denied: "It denied the request: ask who runs it.",
  slow_down: "It gets too many requests: wait.",
  temporarily_unavailable: "It is overloaded or being maintained: wait.",
  server_error: "It failed: wait, then ask who runs it.",
} as const;

export const isRegistered = (code: unknown): code is RegisteredErrorCode =>
  typeof code === "string" && Object.hasOwn(advice, code);

/**
 * Could not obtain an access token. The message says what to change. The error holds no secret, no text of the server
 * and no `cause` (B26).
 */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly code: TokenErrorCode;
  /** The status of the answer; null without an answer. */
  readonly status: number | null;
  /** How long the server asks to wait, in ms; null where it doesn't. */
  readonly retryAfterMs: number | null;

  constructor(
    code: TokenErrorCode,
    details: {
      readonly status?: number;
      readonly retryAfterMs?: number | null;
      readonly message?: string;
    } = {},
  ) {
    const { status = null, retryAfterMs = null, message } = details;
    super(message ?? (isRegistered(code) ? `The token server refused (${code}). ${advice[code]}` : code));
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether asking again is useless until the configuration changes: the server understood, and refused. */
  get isRefusal(): boolean {
    const { status } = this;
    return status !== null && status >= 300 && status < 500 && status !== 408 && status !== 429;
  }
}
