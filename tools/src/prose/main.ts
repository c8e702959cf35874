import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { check, list, type Report } from "./check.js";
import { inspect } from "./inspect.js";

/*
 * Checks the prose of the repository:
 *   npm run check:prose                 compares it with the baseline
 *   npm run check:prose -- --lower      and lowers the baseline to the counts that fell
 *   npm run check:prose -- PATH...      lists every phrase to avoid in these files and folders
 */

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { values, positionals } = parseArgs({
  options: { lower: { type: "boolean", default: false } },
  allowPositionals: true,
});

async function compared(): Promise<Report> {
  const file = `${root}tools/prose/baseline.txt`;
  const saved = readFileSync(file, "utf8");
  const report = check(await inspect(root), saved, values);
  if (report.baseline !== saved) writeFileSync(file, report.baseline);
  return report;
}

const { lines, passed } = positionals.length > 0 ? list(await inspect(root, positionals)) : await compared();
console.log(lines.join("\n"));
if (!passed) process.exitCode = 1;
