import type { ReasonCount } from "../batch/reasons.js";
import { counted } from "../counted.js";
import { isBucket, isFinal } from "../batch/outcome.js";
import { adviceOn } from "./reason-advice.js";

/** A word of a command as a shell takes it. */
const shellWord = (word: string): string =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** How the rows of a batch stand. */
export interface Standing {
  readonly counts: Readonly<Record<string, number>>;
  /** The most frequent first. */
  readonly reasons: readonly ReasonCount[];
  readonly journalPath: string;
  readonly isCutShort: boolean;
}

const MOST_ADVICE = 5;

const isCorrectable = (bucket: string): boolean =>
  bucket !== "verified" && bucket !== "verifiedEarlier" && isBucket(bucket) && isFinal(bucket);

/**
 * Returns what to do next, by the reasons why rows are not verified, with the commands to type.
 *
 * @returns null when every row is verified.
 */
export function nextText({ counts, reasons, journalPath, isCutShort }: Standing): string | null {
  const left = Object.entries(counts).filter(([bucket, rows]) => bucket !== "verified" && rows > 0);
  if (left.length === 0) return null;
  const journal = `--journal ${shellWord(journalPath)}`;
  const buckets = left.map(([bucket]) => bucket);
  const toCorrect = buckets.filter(isCorrectable);
  const isOpen = buckets.some((bucket) => !isBucket(bucket) || !isFinal(bucket));
  const advised = reasons
    .map(({ reason, rows }) => ({ reason, rows, advice: adviceOn(reason) }))
    .filter(({ advice }) => advice !== null)
    .slice(0, MOST_ADVICE);
  return [
    ...advised.map(({ reason, rows, advice }) => `  ${reason}, ${counted(rows, "row")}: ${advice ?? ""}.`),
    ...(isOpen && !isCutShort
      ? ["Run the batch again with the same journal to retry the rows that are open."]
      : []),
    ...(buckets.includes("verifiedEarlier")
      ? ["Users in verifiedEarlier may be verified with other contacts: compare them with your records."]
      : []),
    ...(toCorrect.length > 0
      ? [
          `Correct the rows in the input, each on its line, and rerun them: veristep retry ${journal} --bucket ${toCorrect.join(",")}`,
        ]
      : []),
    `List each row: veristep report ${journal}`,
  ].join("\n");
}
