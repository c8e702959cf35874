import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { SingleBar } from "cli-progress";
import type { Figures, Share } from "./campaign/campaign.js";
import { describeFailure, explain, play } from "./campaign/play.js";
import { describe, failureLine, sum } from "./campaign/report.js";
import { useLightPlatform } from "./platform/light-platform.js";
import { scriptOf } from "./script/generate.js";
import type { Script } from "./script/step.js";
import type { WorkerNews } from "./worker.js";

const usage = `Plays simulated flows and checks every rule after every step.

  npm run simulate -- [options]

  --runs N       how many flows; 20,000
  --seed S       a whole number that all of them follow from; 1
  --from I       the index of the first flow; 0
  --workers K    how many threads; 1
  --failures F   how many flows that break a rule end it; 1
  --replay WHAT  plays one flow with its trace: its index with --seed, SEED:INDEX, or a file with a script
  --help         this

Exit status: 0 if no rule was broken, 1 if one was, 2 for wrong options, 130 if stopped by Ctrl-C.`;

// Whoever reads no further, as `head` does, has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const print = (text: string) => process.stdout.write(`${text}\n`);

/** @returns the number, or null where the text isn't one. */
const whole = (text: string, least: number): number | null =>
  /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) >= least ? Number(text) : null;

/** Shows how far a campaign is: a bar on a terminal, a line now and then elsewhere. */
function createProgress(runs: number) {
  if (process.stdout.isTTY) {
    const bar = new SingleBar({
      format: "{bar} {value}/{total} flows  {speed} a second  {eta_formatted} to go",
      hideCursor: true,
    });
    bar.start(runs, 0, { speed: 0 });
    return {
      update: (flows: number, speed: number) => bar.update(flows, { speed }),
      failed: () => {},
      stop: () => bar.stop(),
    };
  }
  let told = 0;
  return {
    update: (flows: number, speed: number) => {
      if (flows - told < runs / 20 || flows === runs) return;
      told = flows;
      print(`${flows} of ${runs} flows, ${speed} a second`);
    },
    failed: print,
    stop: () => {},
  };
}

/** Lets workers play a campaign. Ctrl-C ends it with the figures so far. */
async function campaign(options: {
  runs: number;
  seed: number;
  from: number;
  workers: number;
  failures: number;
}): Promise<number> {
  const { runs, seed, from, failures } = options;
  const workers = Math.min(options.workers, Math.max(runs, 1));
  const startedAt = performance.now();
  const progress = createProgress(runs);
  const figures: Array<Figures | undefined> = Array.from({ length: workers });
  const known = () => figures.filter((one) => one !== undefined);

  let wasStopped = false;
  const threads: Worker[] = [];
  const stop = () => {
    wasStopped = true;
    for (const thread of threads) thread.postMessage("stop");
  };
  process.once("SIGINT", stop);

  await Promise.all(
    Array.from({ length: workers }, (_, at) => {
      const share: Share = {
        seed,
        first: from + at,
        stride: workers,
        runs: Math.floor(runs / workers) + (at < runs % workers ? 1 : 0),
      };
      // Flows leave a lot of short-lived garbage: with more room for it, it is collected for less.
      const thread = new Worker(new URL("worker.js", import.meta.url), {
        workerData: share,
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      });
      threads.push(thread);
      return new Promise<void>((resolve, reject) => {
        thread.on("message", (news: WorkerNews) => {
          for (const one of news.figures.failed.slice(figures[at]?.failed.length ?? 0))
            progress.failed(failureLine(seed, one));
          figures[at] = news.figures;
          const flows = known().reduce((so, one) => so + one.flows, 0);
          progress.update(flows, Math.round((flows / (performance.now() - startedAt)) * 1_000));
          const failed = known().reduce((so, one) => so + one.failed.length, 0);
          if (failed >= failures) for (const other of threads) other.postMessage("stop");
          if (news.isOver) resolve();
        });
        thread.on("error", reject);
      });
    }),
  );
  process.off("SIGINT", stop);
  progress.stop();

  const total = sum(known());
  print(describe(total, { seed, wallMs: performance.now() - startedAt, workers }));
  const [first] = total.failed;
  if (first !== undefined) {
    const id = `${seed}:${first.index}`;
    const failure = await explain(id, scriptOf(seed, first.index));
    if (failure !== null) print(`\n${describeFailure(failure)}`);
    print(`\nplay it again: npm run simulate -- --replay ${id}`);
    return 1;
  }
  return wasStopped ? 130 : 0;
}

/** The script that is meant: an index, `SEED:INDEX`, or a file. */
async function scriptFor(what: string, seed: number): Promise<Script> {
  const [, ownSeed = String(seed), index] = /^(?:(\d+):)?(\d+)$/.exec(what) ?? [];
  if (index !== undefined) return scriptOf(Number(ownSeed), Number(index));
  // A file that this command has written, or somebody who knows what it holds.
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
  const runs = whole(values.runs, 1);
  const seed = whole(values.seed, 0);
  const from = whole(values.from, 0);
  const workers = whole(values.workers, 1);
  const failures = whole(values.failures, 1);
  if (runs === null || seed === null || from === null || workers === null || failures === null) {
    print("--runs, --seed, --from, --workers and --failures are whole numbers\n");
    print(usage);
    return 2;
  }
  useLightPlatform();
  if (values.replay !== undefined) return replay(values.replay, seed);
  return campaign({ runs, seed, from, workers, failures });
}

process.exitCode = await main().catch((error: unknown) => {
  print(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  return 2;
});
