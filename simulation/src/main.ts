import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { Figures, Share } from "./campaign/campaign.js";
import { explain, play } from "./campaign/play.js";
import { describe, failureLine, sum } from "./campaign/report.js";
import { scriptOf, type Script } from "./script/script.js";
import type { WorkerNews } from "./worker.js";

const usage = `Plays simulated flows and checks every rule after every step.

  npm run simulate -- [options]

  --runs N       the number of flows; 20,000
  --seed S       a whole number that all flows follow from; 1
  --from I       the index of the first flow; 0
  --workers K    the number of threads; 1
  --failures F   stops after this many flows that break a rule; 1
  --replay WHAT  plays one flow with its trace: its index with --seed, SEED:INDEX, or a file with a script
  --help         prints this

Exit status: 0 if no rule was broken, 1 if one was, 2 for wrong options, 130 if stopped by Ctrl-C.`;

// The reader may stop early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const print = (text: string) => process.stdout.write(`${text}\n`);

interface CampaignOptions {
  readonly runs: number;
  readonly seed: number;
  readonly from: number;
  readonly workers: number;
  readonly failures: number;
}

/** Lets workers play a campaign. Ctrl-C ends it with the figures so far. */
async function campaign({ runs, seed, from, failures, ...options }: CampaignOptions): Promise<number> {
  const workers = Math.min(options.workers, runs);
  const startedAt = performance.now();
  const figures = new Map<Worker, Figures>();
  const count = (one: (figures: Figures) => number) =>
    [...figures.values()].reduce((so, share) => so + one(share), 0);

  let wasStopped = false;
  const stopAll = () => {
    for (const thread of figures.keys()) thread.postMessage("stop");
  };
  const interrupt = () => {
    wasStopped = true;
    stopAll();
  };
  process.once("SIGINT", interrupt);

  let printed = 0;
  const take = (thread: Worker, next: Figures) => {
    for (const one of next.failed.slice(figures.get(thread)?.failed.length)) print(failureLine(seed, one));
    figures.set(thread, next);
    const flows = count((one) => one.flows);
    if (flows - printed >= runs / 20) {
      printed = flows;
      print(
        `${flows} of ${runs} flows, ${Math.round((flows / (performance.now() - startedAt)) * 1_000)} a second`,
      );
    }
    if (count(({ failed }) => failed.length) >= failures) stopAll();
  };
  const runWorker = (at: number) =>
    new Promise<void>((resolve, reject) => {
      const share: Share = {
        seed,
        first: from + at,
        stride: workers,
        runs: Math.ceil((runs - at) / workers),
      };
      // Flows leave a lot of short-lived garbage: with more room it is collected less often.
      const resourceLimits = { maxYoungGenerationSizeMb: 64 };
      const thread = new Worker(new URL("worker.js", import.meta.url), { workerData: share, resourceLimits });
      thread.on("error", reject);
      thread.on("message", (news: WorkerNews) => {
        take(thread, news.figures);
        if (news.isOver) resolve();
      });
    });
  await Promise.all(Array.from({ length: workers }, (_, at) => runWorker(at)));
  process.off("SIGINT", interrupt);

  const total = sum([...figures.values()]);
  print(describe(total, { seed, wallMs: performance.now() - startedAt, workers }));
  const [first] = total.failed;
  if (first === undefined) return wasStopped ? 130 : 0;
  print(`\n${await explain(seed, first.index)}`);
  print(`\nreplay it: npm run simulate -- --replay ${seed}:${first.index}`);
  return 1;
}

/** The script of an index, of `SEED:INDEX`, or in a file. */
async function scriptFor(what: string, seed: number): Promise<Script> {
  const [, ownSeed = String(seed), index] = /^(?:(\d+):)?(\d+)$/.exec(what) ?? [];
  if (index !== undefined) return scriptOf(Number(ownSeed), Number(index));
  // A file that this command has printed.
  return JSON.parse(await readFile(what, "utf8")) as Script;
}

async function replay(what: string, seed: number): Promise<number> {
  const script = await scriptFor(what, seed);
  print(JSON.stringify(script, null, 2));
  const { outcome, trace } = await play(script);
  print(`\n${trace.join("\n")}\n`);
  for (const { rule, why } of outcome.violations) print(`breaks ${rule}: ${why}`);
  if (outcome.violations.length === 0) print(`no rule was broken; the end: ${outcome.end}`);
  return outcome.violations.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "20000" },
      seed: { type: "string", default: "1" },
      from: { type: "string", default: "0" },
      workers: { type: "string", default: "1" },
      failures: { type: "string", default: "1" },
      replay: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    print(usage);
    return 0;
  }
  const whole = (name: keyof CampaignOptions, least: number): number => {
    const value = Number(values[name]);
    if (!/^\d+$/.test(values[name]) || !Number.isSafeInteger(value) || value < least)
      throw new Error(`--${name} is "${values[name]}", and must be a whole number from ${least}`);
    return value;
  };
  const options: CampaignOptions = {
    runs: whole("runs", 1),
    seed: whole("seed", 0),
    from: whole("from", 0),
    workers: whole("workers", 1),
    failures: whole("failures", 1),
  };
  return values.replay === undefined ? campaign(options) : replay(values.replay, options.seed);
}

process.exitCode = await main().catch((error: unknown) => {
  print(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  return 2;
});
