import type { ResultAsync } from "neverthrow";
import type { ApiFailure } from "./failures.js";

/** A contact that can be verified. */
export type Channel = "email" | "phone";

/**
 * What the service knows about a user: the answer of `GET /User/{id}/status`.
 *
 * `lifecycle` is the documented code (50 Registered, 150 PendingVerification, 200 Active, 300 Deactivated,
 * 350 Closed, 400 Blocked), or null where an older deployment leaves it out.
 */
export interface UserStatus {
  readonly isEmailVerified: boolean;
  readonly isPhoneNumberVerified: boolean;
  readonly lifecycle: number | null;
}

/** What every call carries besides its own arguments. */
export interface CallContext {
  /** The user's identifier: an int32, 1 to 2147483647. */
  readonly userId: number;
  /** Aborts the call. An aborted call settles at once, as `noAnswer` or `unreachable`. */
  readonly signal: AbortSignal;
  /**
   * The same for every attempt at the same operation, different for different operations. For adapters that
   * record intents or run on a durable engine; the 10npay API itself has no such header.
   */
  readonly idempotencyKey: string;
}

/**
 * The service, as the flow needs it.
 *
 * One call is one attempt: no retries, no token games, no waiting inside. The machine decides what is
 * repeated; an implementation says exactly what happened. Methods never throw and never reject: every
 * outcome is a value. Every implementation passes the contract suite in `@veristep/core/testing`.
 */
export interface VerificationApi {
  /** Reads what is verified. Safe to repeat. */
  status(call: CallContext): ResultAsync<UserStatus, ApiFailure>;
  /** Asks for a new e-mail code. "accepted" is no evidence that one was sent: a verified address gets none. */
  sendEmailCode(call: CallContext & { readonly email: string }): ResultAsync<"accepted", ApiFailure>;
  /** Proves the e-mail address with the six digits of the newest code. */
  confirmEmail(call: CallContext & { readonly code: string }): ResultAsync<"confirmed", ApiFailure>;
  /** Puts a phone number (E.164) on file and asks for a code to it. "accepted" as for e-mail. */
  sendPhoneCode(call: CallContext & { readonly phoneNumber: string }): ResultAsync<"accepted", ApiFailure>;
  /** Asks for a new code to the number on file. "accepted" as for e-mail. */
  resendPhoneCode(call: CallContext): ResultAsync<"accepted", ApiFailure>;
  /** Proves the phone number on file with the newest code. */
  verifyPhone(call: CallContext & { readonly code: string }): ResultAsync<"confirmed", ApiFailure>;
}
