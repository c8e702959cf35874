import { execFile, fork } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { measurements } from "./measurements/index.js";
import type { Findings, Measurement } from "./report/findings.js";
import { describeMachine, load } from "./report/machine.js";
import { installRivals } from "./rivals/install.js";
import { section } from "./report/markdown.js";

const usage = `Measures veristep against rivals and floors.

  npm run bench             everything; writes docs/performance.md
  npm run bench -- NAME...  some, printed only

  names: ${measurements.map(({ name }) => name).join(", ")}

The rivals that need packages of their own are installed into bench/.rivals when they are needed first.`;

const reportFile = fileURLToPath(new URL("../../docs/performance.md", import.meta.url));

/** A measurement that takes longer has hung. */
const PATIENCE_MS = 900_000;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** In a process of its own: none warms up or fills the heap of another, and one that fails leaves the others. */
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

async function report(chosen: readonly Measurement[]): Promise<string> {
  const sections: string[] = [];
  for (const measurement of chosen) {
    const before = load();
    const startedAt = performance.now();
    process.stderr.write(`${measurement.name} …\n`);
    const findings = await measure(measurement);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    sections.push(
      section(measurement.title, findings),
      `_Load ${before} before, ${load()} after; ${seconds} s._`,
    );
  }
  return sections.join("\n\n");
}

const introduction = () => `# Performance

Written by \`npm run bench\`, not by hand: ${new Date().toISOString().slice(0, 10)}, ${describeMachine()}.

Each figure is measured against a rival or a floor in the same run, in blocks that take turns. A ratio is ours in
proportion to the rival's, the median over the rounds; the control is the rival in proportion to itself, so what it
is off 1 is noise. The load is that of the last minute, the measurement included. kB are 1,000 bytes.`;

/** Before the clock of a measurement runs. One that finds none says so in its notes. */
async function prepare(): Promise<void> {
  try {
    await installRivals();
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
  }
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !measurements.some((measurement) => measurement.name === name));
if (unknown.length > 0) {
  print(usage);
  process.exitCode = names.includes("--help") ? 0 : 2;
} else if (names.length > 0) {
  print(await report(measurements.filter(({ name }) => names.includes(name))));
} else {
  await prepare();
  const text = `${introduction()}\n\n${await report(measurements)}\n`;
  await writeFile(reportFile, text);
  await promisify(execFile)(fileURLToPath(new URL("../../node_modules/.bin/oxfmt", import.meta.url)), [
    reportFile,
  ]);
  print(text);
}
