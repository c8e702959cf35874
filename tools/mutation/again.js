/**
 * Plays the survivors of a Stryker report again, without what makes Stryker miss some: each mutant is written into
 * a copy of the sources before anything is loaded, and the tests that are left out for their length look at it too.
 *
 *     npm run mutate:again -- core [--report FILE] [--workers K]
 *
 * Prints a line for each survivor, and the new score. Those that are alive still are listed beside the report,
 * in a file that ends with `-again.json`.
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { report: { type: "string" }, workers: { type: "string", default: "2" } },
});
/** Says why nothing can be played, and ends. */
function refuse(why) {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}

const [project = "core"] = positionals;
if (project !== "core" && project !== "http") refuse(`There is no project "${project}": core or http.`);
const workers = Number(values.workers);
if (!Number.isInteger(workers) || workers < 1)
  refuse(`--workers must be a whole number from 1, not ${values.workers}.`);
const reportFile = values.report ?? join(root, `node_modules/.cache/stryker/${project}.json`);

/**
 * Those that kill most come first, and those that search for twenty seconds before they say anything last: these need
 * all their runs, as they look at how far they have got.
 */
const runs = process.env.VERISTEP_RUNS ?? "40";
const looks = [
  { args: ["--config", "tools/mutation/vitest.config.ts"], env: { VERISTEP_RUNS: runs } },
  ...(project === "core"
    ? [{ args: ["--project", "core", "no-dead-ends", "pure-transitions"], env: {} }]
    : []),
];
/** Far beyond the slowest look: a mutant that takes longer loops. */
const LOOK_MS = 180_000;

/** A copy to be broken. What is installed is the same: packages find it through the link at its root. */
async function copyOfTheSources() {
  const copy = await mkdtemp(join(tmpdir(), "veristep-mutants-"));
  const left = new Set([".git", "dist", "node_modules", "reports", ".stryker-tmp"]);
  await cp(root, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (from) => {
      const path = relative(root, from).split(sep);
      const name = path.at(-1);
      return !(path.length === 1 && left.has(name)) && name !== "dist";
    },
  });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** The source with one mutant in it. Lines and columns of a report count from 1. */
function withMutant(source, { location: { start, end }, replacement }) {
  const lines = source.split("\n");
  const offset = ({ line, column }) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  return source.slice(0, offset(start)) + replacement + source.slice(offset(end));
}

/** The first test that fails, or undefined where all of them pass. */
function killedBy(copy, { args, env }) {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { VERISTEP_RUNS: _, ...inherited } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [vitest, "run", "--bail", "1", "--reporter", "default", ...args],
      {
        cwd: copy,
        timeout: LOOK_MS,
        maxBuffer: 2 ** 28,
        env: { ...inherited, ...env, VERISTEP_MUTATED: project, NO_COLOR: "1" },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(undefined);
        else resolve(/ FAIL +(.*)/.exec(stdout + stderr)?.[1] ?? (error.killed ? "no end" : "nothing runs"));
      },
    );
  });
}

const written = await readFile(reportFile, "utf8").catch(() =>
  refuse(`There is no report ${reportFile}: run \`npm run mutate\` first.`),
);
const report = JSON.parse(written);
for (const [file, { source }] of Object.entries(report.files)) {
  if (source === (await readFile(join(root, file), "utf8"))) continue;
  refuse(`${file} has changed since ${reportFile} was written: run \`npm run mutate\` first.`);
}
const valid = new Set(["Killed", "Timeout", "Survived", "NoCoverage"]);
const all = Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
  mutants.filter(({ status }) => valid.has(status)).map((mutant) => ({ file, source, mutant })),
);
const queue = all.filter(({ mutant }) => mutant.status === "Survived" || mutant.status === "NoCoverage");
const total = queue.length;
const alive = [];
let done = 0;
let stopped = false;
process.once("SIGINT", () => {
  stopped = true;
  queue.length = 0;
});

const copies = await Promise.all(Array.from({ length: workers }, copyOfTheSources));
let red;
try {
  for (const look of looks) red ??= await killedBy(copies[0], look);
  if (red === undefined) await Promise.all(copies.map(work));
} finally {
  for (const copy of copies) await rm(copy, { recursive: true, force: true });
}

async function work(copy) {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { file, source, mutant } = next;
    await writeFile(join(copy, file), withMutant(source, mutant));
    let killer;
    for (const look of looks) killer ??= await killedBy(copy, look);
    await writeFile(join(copy, file), source);
    if (stopped) return;
    done += 1;
    const { line } = mutant.location.start;
    const what = `${file}:${line} ${mutant.mutatorName} → ${mutant.replacement.replaceAll(/\s+/g, " ").slice(0, 80)}`;
    if (killer === undefined)
      alive.push({ file, line, mutatorName: mutant.mutatorName, replacement: mutant.replacement });
    process.stdout.write(
      `${done}/${total} ${killer === undefined ? "alive " : "killed"} ${what}${killer ? `   by ${killer}` : ""}\n`,
    );
  }
}

if (stopped) process.exit(130);
if (red !== undefined) refuse(`Without a mutant in it, this fails already: ${red}`);
await writeFile(reportFile.replace(/\.json$/, "-again.json"), `${JSON.stringify(alive, null, 2)}\n`);
const killed = all.length - alive.length;
process.stdout.write(`${killed} of ${all.length} killed: ${((100 * killed) / all.length).toFixed(1)} %\n`);
