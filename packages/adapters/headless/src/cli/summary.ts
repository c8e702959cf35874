import { counted } from "../counted.js";

const rowsIn = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** How many rows ended where, for people. @param how how long it took, say. */
export function summary(counts: Readonly<Record<string, number>>, how: string): string {
  const buckets = Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([bucket, count]) => `  ${bucket.padEnd(17)} ${count}`);
  return [`${counted(rowsIn(counts), "row")}${how}`, ...buckets].join("\n");
}

/**
 * The counts of an input that was read to its end.
 *
 * @param ended those that have a bucket.
 * @param others what the rest are called.
 */
export function countsOf(
  ended: Readonly<Record<string, number>>,
  read: number,
  others: string,
): Readonly<Record<string, number>> {
  const rest = read - rowsIn(ended);
  return rest > 0 ? { ...ended, [others]: rest } : ended;
}

/** How many rows a journal knows beyond those that the input has. */
export const rowsBeyond = (journal: Readonly<Record<string, number>>, read: number): number =>
  Math.max(rowsIn(journal) - read, 0);
