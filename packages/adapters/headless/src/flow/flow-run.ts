import type { Channel, Clock, EpochMs, Verification, VerificationView, UserId } from "@veristep/core";
import type * as Effect from "effect/Effect";
import type { SendWatch } from "./code-request.js";
import type { CodeAnswer, CodeRequest, CodeSource, NoCodes } from "../codes/code-source.port.js";

/** How to drive one flow. */
export interface DriveOptions {
  /** The flow to drive; it is started here. */
  readonly verification: Verification;
  readonly codes: CodeSource;
  /** Whose flow it is: passed on to the code source. */
  readonly userId: UserId;
  /** The address to verify, for sources that find messages by it. */
  readonly email?: string | undefined;
  /** The number to give when the flow asks for one, in E.164 form. */
  readonly phone?: string | undefined;
  /**
   * Requests a new code when none has come for that long after the newest was sent, in ms; never where the source asks
   * the user.
   *
   * @defaultValue 60,000
   */
  readonly resendAfterMs?: number | undefined;
  /** How many more codes the runner requests because none came. @defaultValue 2 */
  readonly maxAutoResends?: number | undefined;
  /** The clock of the flow; waits here go by it as well. @defaultValue the machine's own */
  readonly clock?: Clock | undefined;
}

/** How a flow is driven by one that has many of them. */
export interface DriveManner {
  /**
   * Runs when the retries of a call have run out: waits as long as it has to, and returns whether the flow continues.
   */
  readonly goesOn: (view: VerificationView) => Effect.Effect<boolean>;
  /** Gives up the flow's actor when no code has come for that long, in ms; null: never. */
  readonly parkAfterMs: number | null;
  /** Where the flow was when it was parked, and why it resumes. */
  readonly resumed: Resumed | null;
}

/** A flow that waits for a code, or for its entry to open. With its stored record this is all that is left of it. */
export interface Parked {
  readonly kind: "parked";
  readonly request: CodeRequest;
  /** When to continue although no code has come, in epoch ms. */
  readonly wakeAt: EpochMs;
  /** A code that a lock keeps from being entered until then. */
  readonly held: CodeAnswer | null;
  readonly memory: Memory;
}

/** A parked flow that resumes, and why. */
export interface Resumed {
  readonly channel: Channel;
  readonly generation: number;
  readonly memory: Memory;
  /** The answer of the source, or why it has none; null: it is time to continue without a code. */
  readonly answer: CodeAnswer | NoCodes | null;
}

/** The state that outlives a flow's actor, beyond its record. */
interface Memory {
  /** Codes that were entered: none is entered twice. */
  readonly tried: ReadonlySet<string>;
  /** How many codes were requested because none came. */
  readonly resends: number;
}

/** The state of one run. */
export interface Run {
  readonly tried: Set<string>;
  /** The channel and generation whose codes those are; null while none is known. */
  triedFor: string | null;
  resends: number;
  readonly sends: SendWatch;
  /** The number to give: the one from the options, or a later one from the user. */
  phone: string | undefined;
  /** Whether that number is still to be given. */
  phoneIsNew: boolean;
  /** Since when the flow waits for the code of this generation, and whether it has seen the end of its wait late. */
  waiting: { readonly key: string; readonly since: EpochMs; readonly wasLate: boolean } | null;
  resumed: Resumed | null;
}

/** Whether the entry is locked, and nothing else is under way. */
export const isLocked = ({ lock, awaiting, activities }: VerificationView): boolean =>
  lock !== null && awaiting === null && !activities.some((activity) => activity !== "checking");

/**
 * Whether there is something to do. While a code is being sent there isn't: the one before is dying (B4). During a lock
 * there is only if the flow can be parked.
 */
export const settledFor =
  ({ parkAfterMs }: DriveManner) =>
  (view: VerificationView): boolean =>
    (view.awaiting !== null && !view.activities.includes("sending")) ||
    view.step === "verified" ||
    view.step === "failed" ||
    (parkAfterMs !== null && isLocked(view));
