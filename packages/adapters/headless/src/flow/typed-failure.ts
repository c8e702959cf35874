import * as Cause from "effect/Cause";

/** Returns the failure of an effect that its type names; null for a defect or an interruption. */
export const typedFailure = <Failure>(cause: Cause.Cause<Failure>): Failure | null =>
  cause.reasons.find(Cause.isFailReason)?.error ?? null;
