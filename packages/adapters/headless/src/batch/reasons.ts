import type { Journal } from "./journal/journal.js";

/** How many rows ended for a reason. */
export interface ReasonCount {
  readonly bucket: string;
  readonly reason: string;
  readonly rows: number;
}

/** A reason without the line that it names: "sameUserAsLine:7" is one kind, whatever the line. */
export const reasonKind = (reason: string): string => reason.replace(/^(same\w+AsLine):\d+$/, "$1");

/** Counts rows by reason. */
export function createReasons() {
  const counts = new Map<string, ReasonCount>();
  return {
    add: (bucket: string, reason: string, rows = 1) => {
      const kind = reasonKind(reason);
      const key = `${bucket} ${kind}`;
      counts.set(key, { bucket, reason: kind, rows: (counts.get(key)?.rows ?? 0) + rows });
    },
    /** The most frequent first. */
    all: (): readonly ReasonCount[] => [...counts.values()].toSorted((a, b) => b.rows - a.rows),
  };
}

/** The reasons of all rows that a journal knows, the most frequent first. */
export function reasonsOf(journal: Pick<Journal, "reasons">): readonly ReasonCount[] {
  const reasons = createReasons();
  for (const { bucket, reason, rows } of journal.reasons()) reasons.add(bucket, reason, rows);
  return reasons.all();
}
