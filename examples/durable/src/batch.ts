import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

/** A row of the report. */
export interface ReportRow {
  readonly line: number;
  readonly userId: number;
  readonly bucket: string;
  readonly reason: string;
}

export interface BatchOptions {
  readonly folder: string;
  readonly people: ReadonlyArray<{ readonly userId: number; readonly email: string; readonly phone: string }>;
  readonly ingresses: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Flows on the engine at the same time. */
  readonly concurrency: number;
  /** Runs when a row has ended. */
  readonly onRow: () => void;
}

const cli = join(dirname(createRequire(import.meta.url).resolve("@veristep/headless")), "cli/main.js");

/** Runs `veristep batch --engine restate` as an operator would, and reads its report. */
export async function runBatch(options: BatchOptions): Promise<readonly ReportRow[]> {
  const { folder, people, ingresses, env, concurrency, onRow } = options;
  const [input, journal, report] = ["people.csv", "people.journal", "report.ndjson"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const lines = people.map(({ userId, email, phone }) => `${userId},${email},${phone}`);
  await writeFile(input, ["userId,email,phone", ...lines, ""].join("\n"));
  const flags = `--journal ${journal} --report ${report} --engine restate --ingress ${ingresses.join(",")} --json
    --concurrency ${concurrency} --cooldown 1 --resend-after 10 --max-auto-resends 5 --max-auto-retries 20`;
  const child = spawn(process.execPath, [cli, "batch", input, ...flags.split(/\s+/)], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  for await (const line of createInterface(child.stdout)) if (line.includes('"event":"row"')) onRow();
  await ended;
  process.off("exit", end);
  const text = await readFile(report, "utf8");
  // Our own report.
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ReportRow);
}
