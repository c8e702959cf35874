import * as Cause from "effect/Cause";

/** What an effect has failed with as its type says; null for a defect or an interruption. */
export const typedFailure = <Failure>(cause: Cause.Cause<Failure>): Failure | null =>
  cause.reasons.find(Cause.isFailReason)?.error ?? null;
