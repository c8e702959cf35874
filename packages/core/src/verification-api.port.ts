import type { Result } from "neverthrow";
import type { ApiFailure } from "./failures.js";

/** A user's identifier, as the backend names its users. Opaque: 7 and "7" are different users. */
export type UserId = string | number;

/** Whether a value names a user: a safe integer, or a string of 1 to 256 characters. */
export const isUserId = (value: unknown): value is UserId =>
  typeof value === "string" ? value !== "" && value.length <= 256 : Number.isSafeInteger(value);

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
  readonly isPhoneVerified: boolean;
  readonly lifecycle: number | null;
}

/** The arguments that every call has besides its own. */
export interface CallContext {
  readonly userId: UserId;
  /** Aborts the call. An aborted call settles at once, as `noAnswer` or `unreachable`. */
  readonly signal: AbortSignal;
  /**
   * The same for every attempt at the same operation, different for different operations. For adapters that
   * record intents or run on a durable engine; the 10npay API itself has no such header.
   */
  readonly idempotencyKey: string;
}

/**
 * How one call ends: as its success, or as a failure that says exactly what happened. A `ResultAsync` is one,
 * and so is the promise of an `async` function.
 */
export type ApiAnswer<T> = PromiseLike<Result<T, ApiFailure>>;

/**
 * The service, as the flow needs it.
 *
 * One call is one attempt, without retries or waits inside. The machine decides what to repeat; an
 * implementation reports exactly what happened. Methods never throw and never reject: every outcome is a value.
 * Every implementation passes the contract suite in `@veristep/core/testing`.
 *
 * A contact is null where the flow knows only its mask: after a restore, as no record holds a whole address or
 * number (B30). An implementation that can't do without it answers `contactNeeded`, and the flow asks for it.
 */
export interface VerificationApi {
  /** Reads which contacts are verified. Safe to repeat. */
  status(call: CallContext): ApiAnswer<UserStatus>;
  /** Requests a new e-mail code. "accepted" is no evidence that one was sent: a verified address gets none. */
  sendEmailCode(call: CallContext & { readonly email: string }): ApiAnswer<"accepted">;
  /** Confirms the newest code that was sent to the e-mail address. */
  confirmEmail(
    call: CallContext & { readonly code: string; readonly email: string | null },
  ): ApiAnswer<"confirmed">;
  /** Puts a phone number (E.164) on file and requests a code for it. "accepted" as for e-mail. */
  sendPhoneCode(call: CallContext & { readonly phone: string }): ApiAnswer<"accepted">;
  /** Requests a new code for the number on file. "accepted" as for e-mail. */
  resendPhoneCode(call: CallContext & { readonly phone: string | null }): ApiAnswer<"accepted">;
  /** Confirms the newest code that was sent to the phone number. */
  confirmPhone(
    call: CallContext & { readonly code: string; readonly phone: string | null },
  ): ApiAnswer<"confirmed">;
}
