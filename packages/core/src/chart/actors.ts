import type { EpochMs } from "../clock.port.js";
import type { ApiFailure } from "../failures.js";
import type { Deadline } from "../rules/deadline.js";
import type { UserId, UserStatus } from "../verification-api.port.js";

/*
 * The four actors that a host provides: what each is given, and what it answers. All of it is plain JSON without a
 * secret: codes, addresses and numbers stay with the host, and the chart knows references to them.
 */

/** How one call ended. The host adds everything that a pure machine can't determine, such as the time. */
export interface CallResult<T> {
  readonly startedAt: EpochMs;
  readonly at: EpochMs;
  /** A random number in [0, 1), for the jitter of a retry. */
  readonly roll: number;
  readonly outcome:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly failure: ApiFailure };
}

export type StatusResult = CallResult<UserStatus>;
export type SendResult = CallResult<"accepted">;
export type ConfirmResult = CallResult<"confirmed">;
export interface WaitResult {
  readonly at: EpochMs;
}

export interface StatusInput {
  readonly userId: UserId;
  readonly idempotencyKey: string;
}

export interface SendInput {
  readonly userId: UserId;
  readonly operation: "sendEmailCode" | "sendPhoneCode" | "resendPhoneCode";
  /** The contact to send to; the host looks the address or number up. */
  readonly contactRef: string;
  /** Whether it is certainly on file: only then may a host that no longer has the number request a resend. */
  readonly isOnFile: boolean;
  readonly idempotencyKey: string;
}

export interface ConfirmInput {
  readonly userId: UserId;
  readonly operation: "confirmEmail" | "confirmPhone";
  /** The contact that the code was sent to; the host looks the address or number up. */
  readonly contactRef: string;
  /** The code that was typed; the host looks it up. */
  readonly codeRef: string;
  readonly idempotencyKey: string;
}

/** The wait ends at `until`, or when `lengthMs` have elapsed, whichever is first. */
export type WaitInput = Deadline;

/** The waits of the chart, by the id of their actor. */
type WaitId =
  | "waitToRead"
  | "waitToSend"
  | "waitToConfirm"
  | "waitToPoll"
  | "cooldown"
  | "sendWindow"
  | "codeLifetime"
  | "lock";

interface Done<Id extends string, Output> {
  readonly type: `xstate.done.actor.${Id}`;
  readonly output: Output;
}

/** The events that the machine makes by itself: an actor reports its result, or an inner state is done. */
export type InternalEvent =
  | { readonly type: `xstate.done.state.${string}`; readonly output?: undefined }
  | Done<"readStatus", StatusResult>
  | Done<"sendCode", SendResult>
  | Done<"confirmCode", ConfirmResult>
  | Done<WaitId, WaitResult>;
