/** Returns the median: the middle value, or the mean of the two middle values. NaN if there are no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * The median of one series in proportion to another, round by round: what slows a whole round down, slows both.
 *
 * @throws RangeError where they are not of the same length.
 */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) throw new RangeError("The series have different lengths");
  return median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

/**
 * Whether a control, a rival in proportion to itself, is within 0.9–1.1. Outside of that the machine was too busy: the
 * ratios beside it mean little.
 */
export const isSteady = (control: number): boolean => control >= 0.9 && control <= 1.1;
