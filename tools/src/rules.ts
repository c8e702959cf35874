import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The rules of `docs/behaviour.md`, in its order. */
export async function readRules(): Promise<readonly string[]> {
  const text = await readFile(join(root, "docs/behaviour.md"), "utf8");
  return [...text.matchAll(/^- \*\*(B\d+)\*\*/gm)].flatMap(([, rule]) => rule ?? []);
}

async function testFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = await Promise.all(
    entries.map(async (entry) => {
      if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith(".")) return [];
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return testFiles(path);
      return entry.name.endsWith(".test.ts") || entry.name.endsWith(".test.tsx") ? [path] : [];
    }),
  );
  return files.flat();
}

/** A name of a test or of a group of tests: what stands in quotes after `test(` or `describe(`. */
const testNames = /\b(?:test|it|describe)(?:\.\w+)*\(\s*(["'`])((?:(?!\1).)*)\1/gs;

/** How many names of tests cite each rule. */
export async function countCitations(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const file of await testFiles(root)) {
    for (const [, , name = ""] of (await readFile(file, "utf8")).matchAll(testNames)) {
      for (const [rule] of name.matchAll(/\bB\d+\b/g)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
  }
  return counts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const counts = await countCitations();
  const rules = await readRules();
  const untested = rules.filter((rule) => !counts.has(rule));
  const tested = rules.length - untested.length;
  console.log(`${tested} of ${rules.length} rules are named by tests.`);
  if (untested.length > 0) console.log(`No test names ${untested.join(", ")}.`);
}
