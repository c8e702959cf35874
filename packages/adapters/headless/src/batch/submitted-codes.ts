import type { UserId } from "@veristep/core";
import type { Journal } from "../journal/journal.js";
import type { InputRow } from "./input-row.js";
import { verifiedRow } from "../many/settle-row.js";
import type { Outcome } from "../many/outcome.js";

/**
 * Rows for whose number a code was submitted. The service's flag is about that number then, although its answer to the
 * code was lost, or the process was killed before it came (B17).
 */
export interface SubmittedCodes {
  /** A row is begun. @param isSubmitted whether an earlier run has submitted a code for its number. */
  readonly begin: (row: InputRow, isSubmitted: boolean) => void;
  /** A code for the number of this user is about to be submitted. */
  readonly submit: (userId: UserId) => void;
  /** The outcome of a row, which is then over. */
  readonly settle: (outcome: Outcome<InputRow>) => Outcome<InputRow>;
}

export function createSubmittedCodes(journal: Pick<Journal, "submitPhoneCode">): SubmittedCodes {
  const begun = new Map<UserId, { readonly number: number; isSubmitted: boolean }>();
  return {
    begin: ({ userId, number }, isSubmitted) => {
      begun.set(userId, { number, isSubmitted });
    },
    submit: (userId) => {
      const row = begun.get(userId);
      if (row === undefined || row.isSubmitted) return;
      row.isSubmitted = true;
      journal.submitPhoneCode(row.number);
    },
    settle: (outcome) => {
      const { row, bucket, evidence } = outcome;
      const isSubmitted = begun.get(row.userId)?.isSubmitted === true;
      begun.delete(row.userId);
      if (bucket !== "verifiedEarlier" || !isSubmitted || evidence === null) return outcome;
      const { phone } = evidence;
      const contact = phone?.contact ?? row.phone ?? null;
      return verifiedRow(row, { ...evidence, phone: phone === null ? null : { ...phone, contact } });
    },
  };
}
