import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { measurements } from "./measurements/index.js";
import type { Findings, Measurement } from "./report/findings.js";
import { describeMachine, load } from "./report/machine.js";
import { installRivals } from "./rivals/install.js";
import { savedResults, writeResults, type Taken } from "./report/results.js";
import { tables } from "./report/tables.js";

const usage = `Measures veristep against rivals and floors.

  npm run bench                     everything; writes bench/results and docs/performance.md
  npm run bench -- NAME...          some, printed only
  npm run bench -- --keep NAME...   some, put in the place of the earlier results
  npm run bench -- --page           writes the page again from the saved results

  names: ${measurements.map(({ name }) => name).join(", ")}

Rivals that need further packages are installed into bench/.rivals on first use.`;

/** A measurement that takes longer has hung. */
const PATIENCE_MS = 900_000;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** Runs a measurement in a separate process, so that it can't warm up or fill the heap of another, nor end it. */
function measure({ name }: Measurement): Promise<Findings> {
  return new Promise((resolve) => {
    const script = fileURLToPath(new URL("processes/measurement.js", import.meta.url));
    const child = fork(script, [name], {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "inherit", "pipe", "ipc"],
      timeout: PATIENCE_MS,
    });
    let [findings, errors]: [Findings | null, string] = [null, ""];
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.on("message", (message) => {
      // Both ends are ours, and written with the same type.
      findings = message as Findings;
    });
    child.on("close", (code, signal) => {
      if (findings === null) process.stderr.write(errors);
      const reason =
        errors.match(/^\w*Error: .*$/m)?.[0] ??
        (signal === null ? `exit status ${code}` : "it took too long");
      resolve(findings ?? { lines: [], notes: [`**Not measured**: ${reason}.`] });
    });
  });
}

async function take(measurement: Measurement): Promise<Taken> {
  const { name, title } = measurement;
  const before = load();
  const startedAt = performance.now();
  process.stderr.write(`${name} …\n`);
  const findings = await measure(measurement);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const date = new Date().toISOString().slice(0, 10);
  return { name, title, date, machine: describeMachine(), load: [before, load()], seconds, findings };
}

async function takeAll(chosen: readonly Measurement[]): Promise<readonly Taken[]> {
  const results: Taken[] = [];
  for (const measurement of chosen) results.push(await take(measurement));
  return results;
}

/** Puts new results in the place of the earlier ones. */
async function keep(taken: readonly Taken[]): Promise<void> {
  const earlier = await savedResults();
  const all = measurements.flatMap(
    ({ name }) => [...taken, ...earlier].find((result) => result.name === name) ?? [],
  );
  await writeResults(all);
}

/** Before the clock of a measurement runs. One that finds none says so in its notes. */
async function prepare(): Promise<void> {
  try {
    await installRivals();
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
  }
}

const [first = "", ...others] = process.argv.slice(2);
const isKept = first === "--keep";
const names = isKept ? others : process.argv.slice(2);
const chosen = measurements.filter(({ name }) => names.includes(name));
if (first === "--page" && others.length === 0) await writeResults(await savedResults());
else if (chosen.length < names.length || (isKept && names.length === 0)) {
  print(usage);
  process.exitCode = first === "--help" ? 0 : 2;
} else if (names.length === 0) {
  await prepare();
  await writeResults(await takeAll(measurements));
} else {
  const taken = await takeAll(chosen);
  print(tables(taken));
  if (isKept) await keep(taken);
}
