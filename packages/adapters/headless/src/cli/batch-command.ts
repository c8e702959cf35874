import { accessSync, constants, createReadStream, existsSync } from "node:fs";
import { dirname } from "node:path";
import { setFlagsFromString } from "node:v8";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import { openInput, readRows, type InputFormat } from "../batch/read-rows.js";
import { writeReport } from "../batch/report.js";
import { runBatch } from "../batch/run-batch.js";
import { NoCodes } from "../code-source.port.js";
import { openJournal, type Journal } from "../journal/journal.js";
import { BatchStopped } from "../many/outcome.js";
import { chooseEngine, type EngineOptions } from "./batch-engine.js";
import { codeOfBatch, codeOfFailure, exitCode, UsageError, type ExitCode } from "./exit-codes.js";
import { listenForInterruption } from "./interruption.js";
import type { Output } from "./output.js";
import { showProgress } from "./progress.js";

export interface BatchCommandOptions extends EngineOptions {
  readonly journal?: string | undefined;
  readonly format?: InputFormat | undefined;
  readonly report?: string | undefined;
  readonly drain: number;
  readonly dryRun?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const formatOf = (input: string, given: InputFormat | undefined): InputFormat =>
  given ?? (/\.(ndjson|jsonl)$/i.test(input) ? "ndjson" : "csv");

/** How many rows a file may have: its line ends, less the header. Quoted line ends make it too many. */
async function estimateRows(path: string, format: InputFormat): Promise<number | null> {
  if (path === "-") return null;
  let lines = 0;
  // Streams of files give bytes.
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  }
  return Math.max(lines - (format === "csv" ? 1 : 0), 0);
}

function summary(counts: Readonly<Record<string, number>>, seconds: number): string {
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const buckets = Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([bucket, count]) => `  ${bucket.padEnd(17)} ${count}`);
  return [`${rows} rows in ${seconds.toFixed(1)} s`, ...buckets].join("\n");
}

/** Reads and checks an input, and calls nobody. */
async function dryRun(input: string, format: InputFormat, json: boolean, output: Output): Promise<ExitCode> {
  const journal = openJournal(":memory:");
  try {
    for await (const { row, content } of readRows(openInput(input), format)) {
      const bad = "reason" in row ? row.reason : null;
      const begun = journal.begin({
        number: row.number,
        content,
        userId: bad === null ? row.userId : null,
        reference: row.reference,
        contacts:
          "reason" in row
            ? []
            : [row.email?.toLowerCase(), row.phoneNumber].filter((contact) => contact !== undefined),
      });
      const isDuplicate = begun.kind === "duplicateId" || begun.kind === "duplicateContact";
      const bucket = bad !== null ? "badRow" : isDuplicate ? begun.kind : null;
      if (bucket === null) continue;
      const reason = bad ?? (isDuplicate ? `of line ${begun.of}` : "");
      await journal.end(row.number, bucket, reason);
      if (json) output.print(JSON.stringify({ event: "row", line: row.number, bucket, reason }));
      else output.print(`line ${row.number}: ${bucket} (${reason})`);
    }
    const { open = 0, ...others } = journal.counts();
    const counts = { ready: open, ...others };
    if (json) output.print(JSON.stringify({ event: "end", dryRun: true, counts }));
    else output.print(summary(counts, 0).replace(/ in .*/, ", none of them touched"));
    return Object.keys(others).length > 0 ? exitCode.badRows : exitCode.ok;
  } finally {
    journal.close();
  }
}

/** What the run failed with; null where it ended well, or was interrupted. */
function stopOf(exit: Exit.Exit<void, unknown>): BatchStopped | NoCodes | null {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return null;
  const error = Cause.squash(exit.cause);
  if (error instanceof BatchStopped || error instanceof NoCodes) return error;
  throw error;
}

/** Before the work of a night, and not after it. */
function checkReport(path: string | undefined): void {
  if (path === undefined) return;
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch {
    throw new UsageError(`The report ${path} can't be written.`);
  }
}

const PART_OF_A_PIPE =
  " The report has the rows that were begun: the rest of the standard input was not read.";

/** Verifies everybody in a file. Running it again with the same journal goes on where it stopped. */
export async function batchCommand(
  input: string,
  options: BatchCommandOptions,
  output: Output,
): Promise<ExitCode> {
  const { json = false } = options;
  const format = formatOf(input, options.format);
  if (input !== "-" && !existsSync(input)) throw new UsageError(`There is no file ${input}.`);
  if (options.dryRun === true) return dryRun(input, format, json, output);
  if (options.journal === undefined) throw new UsageError("A batch needs --journal FILE.");
  checkReport(options.report);
  if (input === "-" && (options.codes === "stdin" || options.codes === "prompt")) {
    throw new UsageError(`The input and --codes ${options.codes} can't both be the standard input.`);
  }

  // Flows leave garbage that lives for a while, and V8 lets the heap grow to four times what is in use before it looks.
  setFlagsFromString("--heap-growing-percent=40");
  await using engine = await chooseEngine(options, output.tell);
  const total = await estimateRows(input, format);
  const journal: Journal = openJournal(options.journal);
  const progress = showProgress({
    total,
    isTerminal: process.stderr.isTTY && options.codes !== "prompt",
    tell: output.tell,
  });
  const interruption = listenForInterruption(options.drain * 1_000, () => {
    output.tell("Interrupted: finishing what is under way. Once more ends at once.");
  });
  const startedAt = performance.now();
  try {
    const exit = await Effect.runPromiseExit(
      Effect.scoped(
        Effect.flatMap(engine.work(interruption.drain), (work) =>
          runBatch({
            ...work,
            rows: readRows(openInput(input), format),
            journal,
            onEnd: (end) => {
              progress.row(end);
              if (json) output.print(JSON.stringify({ event: "row", ...end }));
            },
          }),
        ),
      ),
      { signal: interruption.stop },
    );
    progress.end();
    const stopped = stopOf(exit);
    const isCutShort = interruption.drain.aborted || stopped !== null;
    const code = interruption.drain.aborted
      ? exitCode.interrupted
      : stopped === null
        ? codeOfBatch(journal.counts())
        : stopped instanceof NoCodes
          ? codeOfFailure(stopped)
          : exitCode.unreachable;
    if (stopped !== null) output.tell(stopped.message);
    // A pipe can't be read again, and may never end.
    const rest = isCutShort && input !== "-" ? readRows(openInput(input), format) : null;
    const notBegun =
      options.report === undefined ? 0 : await writeReport({ journal, rest, path: options.report });
    if (isCutShort) {
      const isPart = options.report !== undefined && rest === null;
      output.tell(`Run it again with the same journal to go on.${isPart ? PART_OF_A_PIPE : ""}`);
    }
    const counts = { ...journal.counts(), ...(notBegun > 0 ? { notBegun } : {}) };
    const seconds = (performance.now() - startedAt) / 1_000;
    if (json) output.print(JSON.stringify({ event: "end", counts, seconds, exitCode: code }));
    else output.print(summary(counts, seconds));
    return code;
  } finally {
    progress.end();
    interruption.dispose();
    journal.close();
  }
}
