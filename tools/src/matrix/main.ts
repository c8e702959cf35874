import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "@veristep/e2e/setup";
import { chromium as playwright, type Browser } from "playwright-core";
import { packAll } from "../pack/tarballs.js";
import { startBackend } from "./backend.js";
import { run, serve } from "./commands.js";
import { verifyInBrowser } from "./in-browser.js";
import { createInstaller, NotHere, type Installed } from "./installation.js";
import { freePort } from "./listen.js";
import { serveRegistry } from "./registry.js";
import { readRows, selectRows, type Row } from "./rows.js";
import { tableOf, type Outcome } from "./table.js";

const help = `Builds a small app in each environment with the packages as they are published, and verifies a user in it.

  npm run matrix -- [--only NAMES]... [--keep]

  --only NAMES  these environments, with commas in between; may be repeated
  --list        lists the environments
  --keep        keeps the folders of the apps, and prints where they are

The apps are in tools/matrix/rows. They are installed from the registry that npm is configured with, which takes
gigabytes and an hour for all of them.
`;

/** Runs an app that is built. @returns what went wrong, or null. */
async function verify(
  row: Row,
  { place }: Installed,
  browser: () => Promise<Browser>,
): Promise<string | null> {
  const { page } = row;
  const port = page !== undefined && "server" in page ? await freePort(createServer()) : 0;
  const own = `http://127.0.0.1:${port}`;
  const shown =
    page === undefined ? null : "folder" in page ? { folder: join(place.folder, page.folder) } : { url: own };
  const backend = await startBackend(shown);
  const surroundings = { ...place, env: { ...place.env, ...backend.env, PORT: String(port) } };
  let stop = () => {};
  try {
    for (const step of row.steps) {
      const failure = await run(step, surroundings);
      if (failure !== null) return failure;
    }
    if (page !== undefined && "server" in page) {
      const started = await serve(page.server, own, surroundings);
      if (typeof started === "string") return started;
      stop = started;
    }
    const url = page !== undefined && "server" in page && page.hasGateway === true ? own : backend.url;
    const failure = page === undefined ? null : await verifyInBrowser(await browser(), { ...backend, url });
    if (failure !== null) return failure;
    return row.ownService === true || backend.isVerified() ? null : "the sandbox hasn't verified the user";
  } finally {
    stop();
    await backend.close();
  }
}

/** The last lines of an app's log. */
const tailOf = (log: string): string => readFileSync(log, "utf8").split("\n").slice(-40).join("\n");

async function runRows(rows: readonly Row[], work: string): Promise<readonly Outcome[]> {
  const registry = await serveRegistry(packAll(join(work, "tarballs")));
  const install = createInstaller(work, rows, registry.url);
  let launched: Promise<Browser> | undefined;
  const browser = () => (launched ??= chromium().then((options) => playwright.launch(options)));
  const outcomes: Outcome[] = [];
  for (const row of rows) {
    const begun = performance.now();
    const note = (outcome: Pick<Outcome, "result" | "reason"> & Partial<Outcome>) => {
      const seconds = Math.round((performance.now() - begun) / 1_000);
      outcomes.push({ title: row.title, versions: "", lines: 0, ...outcome, seconds });
      console.log(`${row.name}: ${outcome.result}${outcome.reason} (${seconds} s)`);
    };
    try {
      const installed = await install(row);
      const failure = await verify(row, installed, browser);
      const { versions, lines } = installed;
      note({
        result: failure === null ? "works" : "FAILS",
        reason: failure === null ? "" : `: ${failure}`,
        versions,
        lines,
      });
      if (failure !== null) console.log(tailOf(installed.place.log));
    } catch (error) {
      const isHere = !(error instanceof NotHere);
      note({
        result: isHere ? "FAILS" : "not run",
        reason: `: ${error instanceof Error ? error.message : String(error)}`,
      });
      if (isHere) console.log(tailOf(join(work, `${row.name}.log`)));
    }
  }
  await (await launched)?.close();
  await registry.close();
  return outcomes;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      list: { type: "boolean" },
      keep: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    console.log(help);
    return;
  }
  const all = readRows();
  if (values.list === true) {
    const width = Math.max(...all.map(({ name }) => name.length));
    console.log(all.map(({ name, title }) => `${name.padEnd(width)}  ${title}`).join("\n"));
    return;
  }
  const rows = selectRows(
    all,
    values.only.flatMap((names) => names.split(",")),
  );
  const work = mkdtempSync(join(tmpdir(), "veristep-matrix-"));
  try {
    const outcomes = await runRows(rows, work);
    console.log(`\n${tableOf(outcomes)}`);
    if (outcomes.some(({ result }) => result === "FAILS")) process.exitCode = 1;
  } finally {
    if (values.keep === true) console.log(`The apps and their logs are in ${work}`);
    else rmSync(work, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
