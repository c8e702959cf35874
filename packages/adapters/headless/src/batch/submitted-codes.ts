import type { Channel, Evidence, UserId } from "@veristep/core";
import type { Journal } from "./journal/journal.js";
import type { InputRow } from "./input/input-row.js";
import { verifiedRow } from "./settle-row.js";
import type { Outcome } from "./outcome.js";

/**
 * The contacts of rows that a code was submitted for. The service's flag is about that contact then, although its
 * answer to the code was lost, or the process was killed before it came (B17).
 */
export interface SubmittedCodes {
  /** A row is begun. @param submitted the channels on which an earlier run has submitted a code for it. */
  readonly begin: (row: InputRow, submitted: readonly Channel[]) => void;
  /** A code for a contact of this user is about to be submitted. */
  readonly submit: (userId: UserId, channel: Channel) => void;
  /** The outcome of a row, which is then over. */
  readonly settle: (outcome: Outcome<InputRow>) => Outcome<InputRow>;
}

export function createSubmittedCodes(journal: Pick<Journal, "submitCode">): SubmittedCodes {
  const begun = new Map<UserId, { readonly number: number; readonly submitted: Set<Channel> }>();
  return {
    begin: ({ userId, number }, submitted) => {
      begun.set(userId, { number, submitted: new Set(submitted) });
    },
    submit: (userId, channel) => {
      const row = begun.get(userId);
      if (row === undefined || row.submitted.has(channel)) return;
      row.submitted.add(channel);
      journal.submitCode(row.number, channel);
    },
    settle: (outcome) => {
      const { row, bucket, evidence } = outcome;
      const submitted = begun.get(row.userId)?.submitted;
      begun.delete(row.userId);
      if (bucket !== "verifiedEarlier" || submitted === undefined || evidence === null) return outcome;
      const named = (channel: Channel): Evidence | null => {
        const one = evidence[channel];
        if (one === null || !submitted.has(channel)) return one;
        return { ...one, contact: one.contact ?? row[channel] ?? null };
      };
      return verifiedRow(row, { ...evidence, email: named("email"), phone: named("phone") });
    },
  };
}
