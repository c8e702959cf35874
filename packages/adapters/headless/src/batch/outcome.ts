import type { Verified, UserId } from "@veristep/core";
import * as Data from "effect/Data";

/** A user whose contacts are to be verified. */
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
 * | bucket | what it means | final |
 * |---|---|---|
 * | `verified` | the contacts of the row are verified, with evidence from the service | yes |
 * | `verifiedEarlier` | the service has verified the user before, and nothing shows that it was with these contacts | yes |
 * | `refused` | the service refuses the user or the address for good | yes |
 * | `needsPerson` | a phone number is missing, or the service refuses it | yes |
 * | `badRow` | the row can't be used: a cell is damaged | yes |
 * | `duplicateId` | an earlier row is about the same user | yes |
 * | `duplicateContact` | an earlier row has the same address or number | yes |
 * | `noCode` | no code came for all that were sent | no |
 * | `unreachable` | the automatic repeats were spent | no |
 *
 * Another run resumes the rows that aren't final.
 */
export const buckets = [
  "verified",
  "verifiedEarlier",
  "refused",
  "needsPerson",
  "badRow",
  "duplicateId",
  "duplicateContact",
  "noCode",
  "unreachable",
] as const;

export type Bucket = (typeof buckets)[number];

export const isBucket = (text: string): text is Bucket => buckets.some((bucket) => bucket === text);

/**
 * By what a contact is verified: a code that was confirmed for it, the service's flag after a code went to it, or the
 * flag alone, which may be about another contact (B17).
 */
export type VerifiedBy = "code" | "status" | "earlier";

/** By what the contacts of a row are verified; null for one that the row doesn't have, or that isn't. */
export interface RowEvidence {
  readonly email: VerifiedBy | null;
  readonly phone: VerifiedBy | null;
}

/** How one row ended. Holds no code, token or whole contact, but for what is in the row itself. */
export interface Outcome<Row extends VerifyRow = VerifyRow> {
  readonly row: Row;
  readonly bucket: Bucket;
  /** One word, for programs: `verified`, `userNotFound`, `userState:400`, `noCode:timeout`, … */
  readonly reason: string;
  /** A sentence for people, where there is more to say than the reason: what is wrong with the source of codes. */
  readonly detail?: string | undefined;
  /** The evidence for each contact; null where nothing is verified. */
  readonly evidence: Verified | null;
}

/** A bucket that no further run could change. */
export const isFinal = (bucket: Bucket): boolean => bucket !== "noCode" && bucket !== "unreachable";

const stops = {
  store: "its records could not be kept (is the disk full?).",
  token: "it could not obtain a valid access token.",
  usersUnknown:
    "the service knows none of the users. Check that the base URL and the access token are those of these users. Their rows stay open.",
} as const;

/** All rows have to stop: continuing would be wrong. Another run resumes the rows that have not ended. */
export class BatchStopped extends Data.TaggedError("BatchStopped")<{
  /**
   * `store`: what is done could not be kept (B41). `token`: there was no valid access token. `usersUnknown`: the
   * service knows none of the users, so that it is the wrong one, or has lost them.
   */
  readonly reason: keyof typeof stops;
}> {
  override get message(): string {
    return `The batch has stopped: ${stops[this.reason]}`;
  }
}
