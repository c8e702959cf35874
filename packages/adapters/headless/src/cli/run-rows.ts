import { setFlagsFromString } from "node:v8";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import { countRows } from "../batch/input/count-rows.js";
import { InputError } from "../batch/input/input-error.js";
import { createPlanner, planRows, type Plan } from "../batch/input/plan.js";
import { runBatch, type RowEnd } from "../batch/run-batch.js";
import { NoCodes } from "../codes/code-source.port.js";
import type { Journal } from "../batch/journal/journal.js";
import { BatchStopped, type Bucket } from "../batch/outcome.js";
import { askYesNo, canAsk } from "./ask.js";
import type { RunOptions } from "./batch-command.js";
import { chooseEngine, type Engine } from "./batch-engine.js";
import { exitCode, type ExitCode } from "./exit-codes.js";
import { finishRun, type Stop } from "./finish-run.js";
import { listenForInterruption } from "./interruption.js";
import type { Output } from "./output.js";
import { messagesText, planEvent, planText } from "./plan-text.js";
import { showProgress } from "./progress.js";
import type { ReportTarget } from "./report-file.js";
import type { Source } from "./source.js";

/** Returns the failure of a run; null where it ended well, or was interrupted. */
function stopOf(exit: Exit.Exit<void, unknown>): Stop | null {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return null;
  const error = Cause.squash(exit.cause);
  if (error instanceof BatchStopped || error instanceof NoCodes || error instanceof InputError) return error;
  throw error;
}

/** Says each line once: a source of codes fails in the same way for many rows. */
function onlyOnce(tell: (line: string) => void): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    if (told.has(line)) return;
    told.add(line);
    tell(line);
  };
}

/** A run over the rows of an input. */
export interface RowsRun {
  readonly source: Source;
  readonly report: ReportTarget | null;
  readonly journalPath: string;
  readonly isNew: boolean;
  /** Opens the journal, when everything else can be used. */
  readonly open: () => Journal;
  /** The buckets whose rows are run again, and nothing else; null for a run over all rows. */
  readonly retry: readonly Bucket[] | null;
  readonly options: RunOptions;
}

/** Shows the plan, and asks at a terminal. @returns whether to begin. */
async function agree(
  { source, journalPath, isNew, options }: RowsRun,
  plan: Plan | null,
  service: string,
  output: Output,
): Promise<boolean> {
  const { quiet = false, json = false, yes = false, maxAutoResends } = options;
  const planned = {
    file: source.path,
    understood: source.understood,
    plan,
    service,
    journal: { file: journalPath, isNew },
    maxAutoResends,
  };
  if (json) output.print(JSON.stringify(planEvent(planned)));
  const isAsked = !yes && canAsk() && plan !== null && plan.ready > 0;
  if (isAsked || !quiet) output.tell(planText(planned));
  return !isAsked || askYesNo(`Send up to ${messagesText(plan.messages)}?`);
}

/** The journal of an earlier run, of the same service. */
async function earlierJournal(run: RowsRun, { service }: Engine) {
  if (run.isNew) return null;
  const journal = run.open();
  try {
    journal.belongTo({ baseUrl: service.baseUrl, user: await service.user() });
    return { journal, isServiceKnown: await service.knows(journal) };
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** Verifies rows: plans, asks, runs, reports. */
export async function runRows(run: RowsRun, output: Output): Promise<ExitCode> {
  const { source, retry, options } = run;
  // Flows leave garbage that lives for a while, and V8 lets the heap grow to four times what is in use before it looks.
  setFlagsFromString("--heap-growing-percent=40");
  await using engine = await chooseEngine(options, output);
  const earlier = await earlierJournal(run, engine);
  let journal = earlier?.journal ?? null;
  try {
    // Damage in a file must come to light before the first call, and before a journal is made.
    const plan = source.isFile ? await planRows(source.rows(), createPlanner(journal, retry)) : null;
    if (!(await agree(run, plan, engine.service.baseUrl, output))) {
      output.tell("Nothing was sent.");
      return exitCode.ok;
    }
    if (journal === null) {
      journal = run.open();
      journal.belongTo({ baseUrl: engine.service.baseUrl, user: await engine.service.user() });
    }
    if (retry !== null) journal.reopen(retry);
    const isServiceKnown = earlier?.isServiceKnown ?? false;
    return await work({ ...run, journal, plan, isServiceKnown, engine }, output);
  } finally {
    journal?.close();
  }
}

interface Work extends RowsRun {
  readonly journal: Journal;
  readonly plan: Plan | null;
  readonly isServiceKnown: boolean;
  readonly engine: Engine;
}

/** How a row has ended, on one line. */
const endText = ({ number, userId, bucket, reason, earlier }: RowEnd): string =>
  `line ${number}${userId === null ? "" : `, user ${userId}`}: ${bucket}${reason === bucket ? "" : ` (${reason})`}${earlier ? ", in an earlier run" : ""}`;

async function work(run: Work, output: Output): Promise<ExitCode> {
  const { source, journal, plan, options, engine } = run;
  const { json = false, quiet = false, verbose = false } = options;
  const rows = countRows(source.rows(), plan?.rows ?? null);
  const progress = showProgress({
    // Of a retry, the other rows of the input are none of it.
    total: run.retry === null ? rows.total : () => plan?.rows ?? null,
    show: quiet ? "none" : process.stderr.isTTY ? "line" : "lines",
    output,
  });
  const interruption = listenForInterruption(options.drain * 1_000, () => {
    output.tell("Interrupted: finishing what is under way. Press Ctrl+C again to stop at once.");
  });
  const tellOnce = onlyOnce(output.tell);
  const startedAt = performance.now();
  try {
    const exit = await Effect.runPromiseExit(
      Effect.scoped(
        Effect.flatMap(engine.work(interruption.drain), (flows) =>
          runBatch({
            ...flows,
            rows: rows.rows,
            journal,
            limit: options.limit,
            isRetry: run.retry !== null,
            isServiceKnown: run.isServiceKnown,
            onEnd: (end) => {
              progress.row(end);
              if (end.detail !== undefined) tellOnce(end.detail);
              if (verbose) output.tell(endText(end));
              if (!json) return undefined;
              output.print(JSON.stringify({ event: "row", ...end }));
              return output.ready();
            },
          }),
        ),
      ),
      { signal: interruption.stop },
    );
    progress.end();
    return await finishRun(
      {
        ...run,
        isRetry: run.retry !== null,
        rows,
        progress,
        stopped: stopOf(exit),
        isInterrupted: interruption.drain.aborted,
        seconds: (performance.now() - startedAt) / 1_000,
      },
      output,
    );
  } finally {
    progress.end();
    interruption.dispose();
  }
}
