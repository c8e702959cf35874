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
  retry: "waits for a retry",
  code: "needs a code, and none came",
} as const;

/** Only the user can continue the flow. */
export class NeedsPerson extends Data.TaggedError("NeedsPerson")<{
  /**
   * The input that is needed: a usable phone number, a retry after `failure`, or a code although none came for any
   * request.
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
