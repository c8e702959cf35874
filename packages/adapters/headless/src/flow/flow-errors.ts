import type { Unverified, VerificationView } from "@veristep/core";
import * as Data from "effect/Data";
import type { NoCodes } from "../codes/code-source.port.js";

/** The flow has ended without verifying. */
export class FlowEnded extends Data.TaggedError("FlowEnded")<{ readonly reason: Unverified }> {
  override get message(): string {
    return `The verification ended: ${this.reason.kind}.`;
  }
}

const wishes = {
  phone: "needs a phone number",
  retry: "waits for a person to retry",
  code: "needs a code, and none came",
} as const;

/** Nothing but a person can take the flow on. */
export class NeedsPerson extends Data.TaggedError("NeedsPerson")<{
  /**
   * What is asked for: a phone number that can be used, to retry after `failure`, or a code although none came for
   * all that were asked for.
   */
  readonly awaiting: "phone" | "retry" | "code";
  readonly view: VerificationView;
}> {
  override get message(): string {
    const because = this.view.failure === null ? "" : ` (last failure: ${this.view.failure.kind})`;
    return `The verification ${wishes[this.awaiting]}${because}.`;
  }
}

export type VerifyContactError = FlowEnded | NeedsPerson | NoCodes;
