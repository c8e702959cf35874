import type { ReasonCount } from "../batch/reasons.js";
import { counted } from "../counted.js";

export const rowsIn = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const MOST_REASONS = 4;

/** Why rows are in a bucket, where that says more than the name of the bucket. */
function reasonsText(bucket: string, reasons: readonly ReasonCount[]): string {
  const own = reasons.filter((one) => one.bucket === bucket && one.reason !== bucket);
  const shown = own.slice(0, MOST_REASONS).map(({ reason, rows }) => `${reason} ${rows}`);
  if (own.length > MOST_REASONS) shown.push(`${own.length - MOST_REASONS} other reasons`);
  return shown.length === 0 ? "" : `  ${shown.join(", ")}`;
}

/** How many rows ended where and why, for people. @param how how long it took, say. */
export function summary(
  counts: Readonly<Record<string, number>>,
  reasons: readonly ReasonCount[],
  how: string,
): string {
  const buckets = Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([bucket, count]) => `  ${bucket.padEnd(17)} ${count}${reasonsText(bucket, reasons)}`);
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
