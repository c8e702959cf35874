import { compare, formatBaseline, keyOf, lower, parseBaseline, type Category } from "./baseline.js";
import type { Inspection } from "./inspect.js";
import type { Finding } from "./lint.js";

/** Text of these is for users: of the packages, the command, the examples and the registry. */
const forUsers = /^(?:packages|examples)\/|(?:^|\/)(?:README\.md|package\.json)$|^\.changeset\//;

function categoryOf({ path, kind }: Finding): Category {
  if (kind === "test name") return "tests";
  if (kind === "comment") return "code";
  if (forUsers.test(path)) return "users";
  return kind === "document" ? "documents" : "code";
}

const keyOfFinding = (finding: Finding): string => keyOf(categoryOf(finding), finding.path);

const lineOf = ({ path, line, found, write }: Finding): string =>
  `  ${path}:${line}  "${found.length > 60 ? `${found.slice(0, 59)}…` : found}": ${write}`;

const wordLines = ({ words }: Inspection): readonly string[] =>
  words.length === 0
    ? []
    : [
        "Unknown words. Correct them, or add those that are right to tools/prose/words.txt:",
        ...words.map(({ path, line, word }) => `  ${path}:${line}  ${word}`),
      ];

/** The outcome of a check. */
export interface Report {
  readonly lines: readonly string[];
  readonly passed: boolean;
}

/** Lists every phrase to avoid and every unknown word, whatever the baseline says. */
export function list(inspection: Inspection): Report {
  const { paths, findings, words } = inspection;
  return {
    lines: [
      ...findings.map(lineOf),
      ...wordLines(inspection),
      `${findings.length} phrases to avoid and ${words.length} unknown words in ${paths.length} files.`,
    ],
    passed: paths.length > 0 && findings.length === 0 && words.length === 0,
  };
}

/**
 * Compares an inspection with the baseline. It passes when no count rose and no word is unknown.
 *
 * @param saved the text of the baseline file.
 * @param options.lower whether to lower the baseline to the counts that fell.
 * @returns the report, and the text of the baseline file from now on.
 */
export function check(
  inspection: Inspection,
  saved: string,
  options: { readonly lower: boolean },
): Report & { readonly baseline: string } {
  const { paths, findings, words } = inspection;
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const key = keyOfFinding(finding);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const present = new Set(paths);
  const before = parseBaseline(saved);
  const baseline = options.lower ? lower(counts, before, (path) => present.has(path)) : before;
  const { risen, fallen } = compare(counts, baseline);
  const lines = risen.flatMap((key) => [
    `${key}: ${counts.get(key)} phrases to avoid, the baseline has ${baseline.get(key) ?? 0}`,
    ...findings.filter((finding) => keyOfFinding(finding) === key).map(lineOf),
  ]);
  if (risen.length > 0)
    lines.push("Rewrite them. If you moved a file, take its count along: npm run check:prose -- --lower");
  lines.push(...wordLines(inspection));
  if (fallen.length > 0)
    lines.push(`${fallen.length} counts fell. Record it: npm run check:prose -- --lower`);
  lines.push(
    `${findings.length} phrases to avoid and ${words.length} unknown words in ${paths.length} files.`,
  );
  return {
    lines,
    passed: risen.length === 0 && words.length === 0,
    baseline: options.lower ? formatBaseline(baseline) : saved,
  };
}
