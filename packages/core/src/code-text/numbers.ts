/** A tag of a page, in a text that was made of one: it parts numbers, and yet one code may be spread over cells. */
export const TAG = "\u001F";

/** Consecutive digits, with the text between them and the previous group of the same run; "" at its start. */
interface Group {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
  readonly gap: string;
}

/** Digits that may be a code, and where they stand. */
export interface Found {
  readonly code: string;
  readonly start: number;
  readonly end: number;
}

/** The gaps within one number, or within a row of numbers: signs without spaces, a few spaces, tags. */
const JOINS = new RegExp(
  `^(?:[-./,*'()]{1,2}|[^\\S\\n]\\(|\\)?[^\\S\\n-]{1,3}|\\)[-./]|[\\s-]*${TAG}[\\s${TAG}-]*)$`,
);

/** The gaps between the parts of one code. */
const PARTS = new RegExp(`^[-.\\s${TAG}]*$`);

const isTag = ({ gap }: Group): boolean => gap.includes(TAG);

const isBlank = ({ gap }: Group): boolean => /^\)?\s/.test(gap);

/** The digits of a text, in runs that belong together. */
function runsOf(text: string): readonly (readonly Group[])[] {
  const runs: Group[][] = [];
  for (const { 0: digits, index: start } of text.matchAll(/\d+/g)) {
    const run = runs.slice(-1)[0];
    const before = run?.slice(-1)[0];
    const gap = before === undefined ? "" : text.slice(before.end, Math.min(start, before.end + 100));
    // A digit a line is a code that is written downwards; other numbers on separate lines are several.
    const isDownwards = digits.length === 1 && before?.digits.length === 1 && /^\s+$/.test(gap);
    const isDashed = digits.length === before?.digits.length && /^ - $/.test(gap);
    const group = { digits, start, end: start + digits.length, gap };
    if (run !== undefined && (isDownwards || isDashed || JOINS.test(gap))) run.push(group);
    else runs.push([{ ...group, gap: "" }]);
  }
  return runs;
}

/** Returns how many groups from there on form one code: 123 456, 12-34-56, 1 2 3 4 5 6; 0 if they form none. */
function partsAt(run: readonly Group[], from: number, length: number): number {
  const sizes: number[] = [];
  for (let sum = 0; sum < length; sum += sizes.slice(-1)[0] ?? length) {
    const group = run[from + sizes.length];
    if (group === undefined || (sizes.length > 0 && !PARTS.test(group.gap))) return 0;
    sizes.push(group.digits.length);
    if (sum + group.digits.length > length) return 0;
  }
  const unevenness = Math.max(...sizes) - Math.min(...sizes);
  // 1234567 has no equal parts.
  return unevenness === 0 || (sizes.length === 2 && unevenness === 1) ? sizes.length : 0;
}

/** A number that stands behind a code without belonging to it: minutes, attempts, a year. */
const isRemark = (group: Group): boolean => isBlank(group) && /^(?:\d\d?|(?:19|20)\d\d)$/.test(group.digits);

/** Whether a code that ends in front of this group ends there for sure. */
function endsAt(run: readonly Group[], at: number, isOneGroup: boolean, length: number): boolean {
  const [next, afterNext] = [run[at], run[at + 1]];
  if (next === undefined || isTag(next)) return true;
  // A phone number has several more groups: 532 123 45 67.
  if (isRemark(next)) return isOneGroup || afterNext === undefined || isTag(afterNext);
  return isBlank(next) && next.digits.length === length;
}

function codesOf(run: readonly Group[], length: number): Found[] {
  const found: Found[] = [];
  for (let at = 0, count = 0; at < run.length; at += count || 1) {
    const [first, before] = [run[at], found.slice(-1)[0]];
    if (first === undefined) break;
    const begins = at === 0 || isTag(first) || (isBlank(first) && before?.end === run[at - 1]?.end);
    count = begins ? partsAt(run, at, length) : 0;
    if (count === 0 || !endsAt(run, at + count, count === 1, length)) {
      count = 0;
      continue;
    }
    const parts = run.slice(at, at + count);
    const code = parts.map(({ digits }) => digits).join("");
    found.push({ code, start: first.start, end: parts.slice(-1)[0]?.end ?? first.end });
  }
  return found;
}

/** Returns the numbers that may be codes by their digits alone, in a text of `plainDigits`. */
export const numbersOf = (text: string, length: number): readonly Found[] =>
  runsOf(text).flatMap((run) => codesOf(run, length));
