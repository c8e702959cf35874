import { isBucket, isFinal } from "../many/outcome.js";

/** A word of a command as a shell takes it. */
const shellWord = (word: string): string =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Returns the commands to type next, by how the rows have ended; null where nothing is left to do. */
export function nextText(
  counts: Readonly<Record<string, number>>,
  journalPath: string,
  isCutShort: boolean,
): string | null {
  const left = Object.entries(counts).filter(([bucket, rows]) => bucket !== "verified" && rows > 0);
  const isEarlier = left.some(([bucket]) => bucket === "verifiedEarlier");
  const isCorrectable = left.some(
    ([bucket]) => bucket !== "verifiedEarlier" && isBucket(bucket) && isFinal(bucket),
  );
  const isOpen = left.some(([bucket]) => !isBucket(bucket) || !isFinal(bucket));
  const journal = `--journal ${shellWord(journalPath)}`;
  const lines = [
    ...(isOpen && !isCutShort ? ["Run the same command again to retry the rows that have not ended."] : []),
    ...(isEarlier
      ? [
          "Users in verifiedEarlier are verified, but perhaps with other contacts than these: compare them with your records.",
        ]
      : []),
    ...(isCorrectable
      ? [`Correct the rows in the input, each on its line, and rerun them: veristep retry ${journal}`]
      : []),
    ...(left.length > 0 ? [`For each row: veristep report ${journal}`] : []),
  ];
  return lines.length === 0 ? null : lines.join("\n");
}
