import type { Inspection } from "./inspect.js";

/** The outcome of a check. */
export interface Report {
  readonly lines: readonly string[];
  readonly passed: boolean;
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** Lists every phrase to avoid and every unknown word. The check passes if it read a file and found neither. */
export function check({ paths, findings, words }: Inspection): Report {
  const lines: string[] = [];
  if (findings.length > 0) {
    lines.push(
      "Phrases to avoid. Rewrite the sentences:",
      ...findings.map(({ path, line, found, write }) => `  ${path}:${line}  "${shortened(found)}": ${write}`),
    );
  }
  if (words.length > 0) {
    lines.push(
      "Unknown words. Correct them, or add those that are right to tools/prose/words.txt:",
      ...words.map(({ path, line, word }) => `  ${path}:${line}  ${word}`),
    );
  }
  return {
    lines: [
      ...lines,
      `${findings.length} phrases to avoid and ${words.length} unknown words in ${paths.length} files.`,
    ],
    passed: paths.length > 0 && findings.length === 0 && words.length === 0,
  };
}
