/*
 * How many phrases to avoid each file still has. A count may only fall. In the file, a line is "count category path";
 * of lines for the same file the lowest count holds, so that git can merge the file by keeping the lines of both sides.
 */

/** Text for users, other documents, comments and strings for developers, and names of tests. */
export type Category = "users" | "documents" | "code" | "tests";

/** By {@link keyOf}. */
export type Counts = ReadonlyMap<string, number>;

export const keyOf = (category: Category, path: string): string => `${category} ${path}`;
const pathOf = (key: string): string => key.slice(key.indexOf(" ") + 1);
const categoryOf = (key: string): string => key.slice(0, key.indexOf(" "));

/** @throws Error naming a line that isn't "count category path". */
export function parseBaseline(text: string): Counts {
  const counts = new Map<string, number>();
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const [, count, key = ""] = /^(\d+) (\w+ .+)$/.exec(line) ?? [];
    if (count === undefined)
      throw new Error(`The baseline has a line that isn't "count category path": ${line}`);
    counts.set(key, Math.min(Number(count), counts.get(key) ?? Infinity));
  }
  return counts;
}

export const formatBaseline = (counts: Counts): string =>
  [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, count]) => `${count} ${key}\n`)
    .join("");

/** Returns the keys whose count is above the baseline, and those whose count is below it. */
export function compare(
  counts: Counts,
  baseline: Counts,
): { readonly risen: string[]; readonly fallen: string[] } {
  const risen = [...counts].filter(([key, count]) => count > (baseline.get(key) ?? 0));
  const fallen = [...baseline].filter(([key, count]) => (counts.get(key) ?? 0) < count);
  return { risen: risen.map(([key]) => key), fallen: fallen.map(([key]) => key) };
}

/**
 * Returns the baseline with every count that fell. No count rises, with one exception: a file that was moved takes its
 * count along, so files that the baseline doesn't have may share what those had that are gone.
 *
 * @param exists whether a path is still a file of the repository.
 */
export function lower(counts: Counts, baseline: Counts, exists: (path: string) => boolean): Counts {
  const lowered = new Map<string, number>();
  const left = new Map<string, number>();
  for (const [key, count] of baseline) {
    const now = Math.min(count, counts.get(key) ?? 0);
    if (now > 0) lowered.set(key, now);
    const category = categoryOf(key);
    if (!exists(pathOf(key))) left.set(category, (left.get(category) ?? 0) + count);
  }
  for (const [key, count] of counts) {
    const category = categoryOf(key);
    const available = left.get(category) ?? 0;
    if (baseline.has(key) || count > available) continue;
    lowered.set(key, count);
    left.set(category, available - count);
  }
  return lowered;
}
