import type { Verified, UserId } from "@veristep/core";
import * as Data from "effect/Data";

/** A person whose contacts are to be proven. */
export interface VerifyRow {
  readonly userId: UserId;
  readonly email?: string | undefined;
  /** In E.164 form. */
  readonly phone?: string | undefined;
  /** When registration mailed a first code, in epoch ms. */
  readonly emailCodeSentAt?: number | undefined;
}

/**
 * How a row ended:
 *
 * | bucket | what it means | taken up again by another run |
 * |---|---|---|
 * | `verified` | proven, with evidence from the service | no |
 * | `refused` | the service refuses the user or the address for good | no |
 * | `needsPerson` | a phone number is missing, or the service refuses it | no |
 * | `badRow` | the row makes no sense | no |
 * | `duplicateId` | an earlier row is about the same user | no |
 * | `duplicateContact` | an earlier row has the same address or number | no |
 * | `noCode` | no code came for all that were sent | yes |
 * | `unreachable` | the automatic repeats were spent | yes |
 */
export type Bucket =
  | "verified"
  | "refused"
  | "needsPerson"
  | "badRow"
  | "duplicateId"
  | "duplicateContact"
  | "noCode"
  | "unreachable";

/** How one row ended. Holds no code, token or whole contact, but for what is in the row itself. */
export interface Outcome<Row extends VerifyRow = VerifyRow> {
  readonly row: Row;
  readonly bucket: Bucket;
  /** One word, for programs: `verified`, `userNotFound`, `userState:400`, `noCode:timeout`, … */
  readonly reason: string;
  /** A sentence for people, where there is more to say than the reason: what is wrong with the source of codes. */
  readonly detail?: string | undefined;
  /** What was proven; null where nothing was. */
  readonly evidence: Verified | null;
}

/** A bucket that no further run could change. */
export const isFinal = (bucket: Bucket): boolean => bucket !== "noCode" && bucket !== "unreachable";

/** All rows have to stop: going on would be wrong, and is pointless. What is not finished can be taken up again. */
export class BatchStopped extends Data.TaggedError("BatchStopped")<{
  /** `store`: what is done could not be kept any more (B41). `token`: no good access token was to be had. */
  readonly reason: "store" | "token";
}> {
  override get message(): string {
    return this.reason === "store"
      ? "The batch has stopped: its records could not be kept (is the disk full?)."
      : "The batch has stopped: no access token that the service takes was to be had.";
  }
}
