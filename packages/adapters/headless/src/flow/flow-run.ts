import type { Channel, Clock, EpochMs, Verification, VerificationView, UserId } from "@veristep/core";
import type * as Effect from "effect/Effect";
import type { SendWatch } from "./code-request.js";
import type { CodeAnswer, CodeRequest, CodeSource, NoCodes } from "../codes/code-source.port.js";

/** What it takes to drive one flow. */
export interface DriveOptions {
  /** The flow to drive; it is started here. */
  readonly verification: Verification;
  readonly codes: CodeSource;
  /** Whose flow it is: passed on to the code source. */
  readonly userId: UserId;
  /** The address that is proven, for sources that find messages by it. */
  readonly email?: string | undefined;
  /** The number to give when the flow asks for one, in E.164 form. */
  readonly phone?: string | undefined;
  /**
   * Asks for another code when none has come for so long after the newest was sent, in ms; never where the source
   * asks a person.
   *
   * @defaultValue 60,000
   */
  readonly resendAfterMs?: number | undefined;
  /** How many more codes are asked for because none came. @defaultValue 2 */
  readonly maxAutoResends?: number | undefined;
  /** The clock of the flow; waits here go by it as well. @defaultValue the machine's own */
  readonly clock?: Clock | undefined;
}

/** How a flow is driven by one that has many of them. */
export interface DriveManner {
  /**
   * Asked when the automatic repeats of a call are spent: waits for as long as makes sense, and says whether the
   * flow goes on.
   */
  readonly goesOn: (view: VerificationView) => Effect.Effect<boolean>;
  /** Gives up the flow's actor when a code has not come for so long, in ms; null: never. */
  readonly parkAfterMs: number | null;
  /** Where the flow was when it was parked, and why it is taken up again. */
  readonly resumed: Resumed | null;
}

/** A flow that waits for a code, or for its entry to open. With its stored record this is all that is left of it. */
export interface Parked {
  readonly kind: "parked";
  readonly request: CodeRequest;
  /** When to go on although no code has come, in epoch ms. */
  readonly wakeAt: EpochMs;
  /** A code that a lock keeps from being entered until then. */
  readonly held: CodeAnswer | null;
  readonly memory: Memory;
}

/** A parked flow that is taken up again, and why. */
export interface Resumed {
  readonly channel: Channel;
  readonly generation: number;
  readonly memory: Memory;
  /** What the source said, or why it can't; null: it is time to go on without a code. */
  readonly answer: CodeAnswer | NoCodes | null;
}

/** What has to outlive a flow's actor, beyond its record. */
interface Memory {
  /** Codes that were entered: none is entered twice. */
  readonly tried: ReadonlySet<string>;
  /** Codes that were asked for because none came. */
  readonly resends: number;
}

/** What one run keeps in mind. */
export interface Run {
  readonly tried: Set<string>;
  /** The channel and generation whose codes those are; null while none is known. */
  triedFor: string | null;
  resends: number;
  readonly sends: SendWatch;
  /** The number to give: the one from the options, or a later one from the person. */
  phone: string | undefined;
  /** Whether that number is still to be given. */
  phoneIsNew: boolean;
  /** Since when the flow waits for the code of this generation, and whether it has seen the end of its wait late. */
  waiting: { readonly key: string; readonly since: EpochMs; readonly wasLate: boolean } | null;
  resumed: Resumed | null;
}

/** Whether the entry is locked, and nothing else goes on. */
export const isLocked = ({ lock, awaiting, activities }: VerificationView): boolean =>
  lock !== null && awaiting === null && !activities.some((activity) => activity !== "checking");

/**
 * Whether there is something to do. While a code is being sent there isn't: the one before is dying (B4). A lock is
 * waited for, unless the flow can be parked meanwhile.
 */
export const settledFor =
  ({ parkAfterMs }: DriveManner) =>
  (view: VerificationView): boolean =>
    (view.awaiting !== null && !view.activities.includes("sending")) ||
    view.step === "verified" ||
    view.step === "failed" ||
    (parkAfterMs !== null && isLocked(view));
