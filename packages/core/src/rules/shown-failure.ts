import type { Told, VerificationContext } from "../chart/context.js";
import { timeOf } from "../chart/context.js";
import type { EpochMs } from "../clock.port.js";
import type { ApiFailureKind, ContactRefusal } from "../failures.js";
import { failureOf } from "./outcomes.js";

/** A failure that the user is shown. */
export interface ShownFailure {
  /** `codeSuperseded`: a code was refused that a send may have ended while it was under way (B4). */
  readonly kind: ApiFailureKind | "codeSuperseded";
  readonly about: "status" | "send" | "code" | "phone";
  readonly traceId: string | null;
  readonly at: EpochMs;
  /** Of a contact that was refused: why, where the backend says so. */
  readonly reason?: ContactRefusal | null;
  /** Of a throttled read: when the next one is due (B13). The view tells what a send or a code waits for. */
  readonly until?: EpochMs;
}

type About = ShownFailure["about"];

/** The failure with which a call has ended, as it is shown; null for a success, and for any other event. */
export function shownFailure(told: Told, about: About): ShownFailure | null {
  const failure = failureOf(told);
  if (failure === null) return null;
  const { kind, traceId } = failure;
  const reason = kind === "contactRefused" ? { reason: failure.reason } : {};
  return { kind, about, traceId, at: timeOf(told), ...reason };
}

/** What stays shown when something is tried again: a failure about another thing. */
export const without = ({ failure }: VerificationContext, ...about: readonly About[]): ShownFailure | null =>
  failure !== null && about.includes(failure.about) ? null : failure;

/** Returns the failure that stays shown after a wait that the service requested. */
export const withoutThrottled = (context: VerificationContext, about: About): ShownFailure | null =>
  context.failure?.kind === "throttled" ? without(context, about) : context.failure;

/** What stays shown when a code is out: nothing about requesting it, nor that an older one was refused (B9). */
export const withoutOlder = (context: VerificationContext): ShownFailure | null =>
  context.failure?.kind === "codeRejected" ||
  context.failure?.kind === "codeMalformed" ||
  context.failure?.kind === "codeSpent"
    ? null
    : without(context, "send");
