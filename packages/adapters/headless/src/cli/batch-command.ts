import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { CountryCode } from "@veristep/phone";
import type { ColumnMapping } from "../batch/input/columns.js";
import type { Delimiter } from "../batch/input/delimiters.js";
import type { InputFormat, ReadOptions } from "../batch/input/read-rows.js";
import { checkNewJournal, openJournal } from "../batch/journal/journal.js";
import type { EngineOptions } from "./batch-engine.js";
import { dryRun } from "./dry-run.js";
import { UsageError, type ExitCode } from "./exit-codes.js";
import type { Output } from "./output.js";
import { reportTarget, type ReportTarget } from "./report-file.js";
import { runRows } from "./run-rows.js";
import { openSource } from "./source.js";

/** How the cells of an input are read. */
export interface ReadingOptions {
  readonly format?: InputFormat | undefined;
  readonly delimiter?: Delimiter | undefined;
  readonly columns?: ColumnMapping | undefined;
  readonly country?: CountryCode | undefined;
}

/** How a run begins, and what it shows. */
export interface RunOptions extends EngineOptions {
  readonly report?: string | undefined;
  readonly drain: number;
  readonly limit?: number | undefined;
  readonly yes?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly json?: boolean | undefined;
}

export interface BatchCommandOptions extends RunOptions, ReadingOptions {
  readonly journal?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

export const readingOf = ({ format, delimiter, columns, country }: ReadingOptions): ReadOptions => ({
  format,
  delimiter,
  columns,
  country,
});

/** The name of the note about the input in a journal, for `veristep retry` and `veristep report`. */
export const INPUT_NOTE = "input";

export const noteOf = (path: string, reading: ReadOptions) =>
  path === "-" ? null : { path: resolve(path), ...reading };

/** Where the report of a run goes; null without `--report`. @throws UsageError where it can't be written. */
export async function reportOf(
  { json = false, report, journal }: Pick<BatchCommandOptions, "json" | "report" | "journal">,
  input: string,
  output: Output,
): Promise<ReportTarget | null> {
  if (report === undefined) return null;
  if (json && report === "-") {
    throw new UsageError("--json and --report - both write to the standard output; name a file.");
  }
  return reportTarget(report, { input, journal }, output);
}

/** Shows what a batch would do. */
async function rehearse(input: string, options: BatchCommandOptions, output: Output): Promise<ExitCode> {
  const { json = false, report: reportPath, journal: path, engine, baseUrl, maxAutoResends } = options;
  const source = await openSource(input, readingOf(options));
  const report = await reportOf(options, input, output);
  const journal = path !== undefined && existsSync(path) ? openJournal(path) : null;
  const planned = {
    file: input,
    service: engine === "restate" ? "workers on Restate" : baseUrl,
    journal: path === undefined ? null : { file: path, isNew: journal === null },
    maxAutoResends,
  };
  try {
    return await dryRun(source, planned, { report, journal, json, isPiped: reportPath === "-" }, output);
  } finally {
    journal?.close();
  }
}

/** Verifies all rows of a file. Running it again with the same journal continues where it stopped. */
export async function batchCommand(
  input: string,
  options: BatchCommandOptions,
  output: Output,
): Promise<ExitCode> {
  const { journal: journalPath } = options;
  if (options.dryRun === true) return rehearse(input, options, output);
  if (journalPath === undefined) throw new UsageError("A batch needs --journal FILE.");
  if (input === "-" && (options.codes === "stdin" || options.codes === "prompt")) {
    throw new UsageError(`The input and --codes ${options.codes} can't both be the standard input.`);
  }
  const reading = readingOf(options);
  const source = await openSource(input, reading);
  const report = await reportOf(options, input, output);
  const isNew = !existsSync(journalPath);
  if (isNew) checkNewJournal(journalPath);
  const open = () => {
    const journal = openJournal(journalPath);
    journal.setNote(INPUT_NOTE, noteOf(input, reading));
    return journal;
  };
  return runRows({ source, report, journalPath, isNew, open, retry: null, options }, output);
}
