import { setFlagsFromString } from "node:v8";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import type { CountryCode } from "@veristep/phone";
import type { ColumnMapping } from "../batch/columns.js";
import { countRows } from "../batch/count-rows.js";
import { InputError } from "../batch/input-error.js";
import { openInput, readRows, type InputFormat } from "../batch/read-rows.js";
import type { Delimiter } from "../batch/delimiters.js";
import { writeReport } from "../batch/report.js";
import { runBatch } from "../batch/run-batch.js";
import { NoCodes } from "../code-source.port.js";
import { counted } from "../counted.js";
import { openJournal, type Journal } from "../journal/journal.js";
import { BatchStopped } from "../many/outcome.js";
import { chooseEngine, type EngineOptions } from "./batch-engine.js";
import { dryRun } from "./dry-run.js";
import { codeOfBatch, codeOfFailure, exitCode, UsageError, type ExitCode } from "./exit-codes.js";
import { listenForInterruption } from "./interruption.js";
import type { Output } from "./output.js";
import { checkInput, checkReport } from "./paths.js";
import { showProgress } from "./progress.js";
import { countsOf, rowsBeyond, summary } from "./summary.js";

export interface BatchCommandOptions extends EngineOptions {
  readonly journal?: string | undefined;
  readonly format?: InputFormat | undefined;
  readonly delimiter?: Delimiter | undefined;
  readonly columns?: ColumnMapping | undefined;
  readonly country?: CountryCode | undefined;
  readonly report?: string | undefined;
  readonly drain: number;
  readonly dryRun?: boolean | undefined;
  readonly json?: boolean | undefined;
}

async function lengthOf(rows: AsyncIterable<unknown>): Promise<number> {
  let length = 0;
  for await (const _ of rows) length += 1;
  return length;
}

type Stop = BatchStopped | NoCodes | InputError;

/** What the run failed with; null where it ended well, or was interrupted. */
function stopOf(exit: Exit.Exit<void, unknown>): Stop | null {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return null;
  const error = Cause.squash(exit.cause);
  if (error instanceof BatchStopped || error instanceof NoCodes || error instanceof InputError) return error;
  throw error;
}

function codeOfStop(stopped: Stop): ExitCode {
  if (stopped instanceof InputError) return exitCode.usage;
  return stopped instanceof NoCodes ? codeOfFailure(stopped) : exitCode.unreachable;
}

/** What a batch that was cut short leaves to do. @param isPart whether the report lacks what was not begun. */
function adviceFor(stopped: Stop | null, report: string | undefined, isPart: boolean): string {
  if (stopped instanceof InputError) {
    const where = report === undefined ? "in the journal" : "in the journal and in the report";
    return `From there on nothing was begun; what comes before it is ${where}.`;
  }
  const rest = "The report has the rows that were begun: the rest of the input was not read.";
  return `Run it again with the same journal to go on.${report !== undefined && isPart ? ` ${rest}` : ""}`;
}

/** What is wrong with a source of codes is the same for many rows. */
function onlyOnce(tell: (line: string) => void): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    if (told.has(line)) return;
    told.add(line);
    tell(line);
  };
}

/** Verifies everybody in a file. Running it again with the same journal goes on where it stopped. */
export async function batchCommand(
  input: string,
  options: BatchCommandOptions,
  output: Output,
): Promise<ExitCode> {
  const { json = false } = options;
  const reading = {
    format: options.format,
    delimiter: options.delimiter,
    columns: options.columns,
    country: options.country,
  };
  const isFile = checkInput(input);
  if (options.report !== undefined) checkReport(options.report);
  // Opened by whoever reads it: before that nobody would hear that it can't be.
  const open = async function* () {
    yield* readRows(openInput(input), reading);
  };
  if (options.dryRun === true) return dryRun(countRows(open(), null), options, output);
  if (options.journal === undefined) throw new UsageError("A batch needs --journal FILE.");
  if (input === "-" && (options.codes === "stdin" || options.codes === "prompt")) {
    throw new UsageError(`The input and --codes ${options.codes} can't both be the standard input.`);
  }

  // Flows leave garbage that lives for a while, and V8 lets the heap grow to four times what is in use before it looks.
  setFlagsFromString("--heap-growing-percent=40");
  await using engine = await chooseEngine(options, output.tell);
  // What is damaged in a file is found before anybody is called.
  const rows = countRows(open(), isFile ? await lengthOf(open()) : null);
  const journal: Journal = openJournal(options.journal);
  const progress = showProgress({
    total: rows.total,
    isTerminal: process.stderr.isTTY && options.codes !== "prompt",
    tell: output.tell,
  });
  const interruption = listenForInterruption(options.drain * 1_000, () => {
    output.tell("Interrupted: finishing what is under way. Once more ends at once.");
  });
  const tellOnce = onlyOnce(output.tell);
  const startedAt = performance.now();
  try {
    const exit = await Effect.runPromiseExit(
      Effect.scoped(
        Effect.flatMap(engine.work(interruption.drain), (work) =>
          runBatch({
            ...work,
            rows: rows.rows,
            journal,
            onEnd: (end) => {
              progress.row(end);
              if (end.detail !== undefined) tellOnce(end.detail);
              if (json) output.print(JSON.stringify({ event: "row", ...end }));
            },
          }),
        ),
      ),
      { signal: interruption.stop },
    );
    progress.end();
    const stopped = stopOf(exit);
    const isInterrupted = interruption.drain.aborted;
    // What was begun has come to an end: where nothing has, nothing was.
    const isUntouched = Object.keys(progress.counts()).length === 0 && !isInterrupted;
    if (stopped instanceof InputError && isUntouched) throw stopped;
    const isCutShort = isInterrupted || stopped !== null;
    // Until all of the input is read, the journal knows best.
    const known = isCutShort ? journal.counts() : countsOf(progress.counts(), rows.read(), "open");
    const code = isInterrupted
      ? exitCode.interrupted
      : stopped === null
        ? codeOfBatch(known)
        : codeOfStop(stopped);
    if (stopped !== null) output.tell(stopped.message);
    // A pipe can't be read again, and may never end.
    const rest = isCutShort && isFile && !(stopped instanceof InputError) ? open() : null;
    const upTo = isCutShort ? null : rows.last();
    const notBegun =
      options.report === undefined
        ? 0
        : await writeReport({ journal, rest, path: options.report, upTo, unfinished: "begun" });
    if (isCutShort) output.tell(adviceFor(stopped, options.report, rest === null));
    const beyond = isCutShort ? 0 : rowsBeyond(journal.counts(), rows.read());
    if (beyond > 0) {
      output.tell(`The journal knows ${counted(beyond, "row")} more; this is about those of the input.`);
    }
    const counts = { ...known, ...(notBegun > 0 ? { notBegun } : {}) };
    const seconds = (performance.now() - startedAt) / 1_000;
    if (json) output.print(JSON.stringify({ event: "end", counts, seconds, exitCode: code }));
    else output.print(summary(counts, ` in ${seconds.toFixed(1)} s`));
    return code;
  } finally {
    progress.end();
    interruption.dispose();
    journal.close();
  }
}
