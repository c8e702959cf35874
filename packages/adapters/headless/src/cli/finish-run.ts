import type { CountedRows } from "../batch/input/count-rows.js";
import { InputError } from "../batch/input/input-error.js";
import type { Plan } from "../batch/input/plan.js";
import { reasonsOf } from "../batch/reasons.js";
import { reportLines } from "../batch/report.js";
import { NoCodes } from "../codes/code-source.port.js";
import { counted } from "../counted.js";
import type { Journal } from "../batch/journal/journal.js";
import type { BatchStopped } from "../batch/outcome.js";
import { codeOfBatch, codeOfFailure, exitCode, type ExitCode } from "./exit-codes.js";
import { nextText } from "./next-text.js";
import type { Output } from "./output.js";
import type { Progress } from "./progress.js";
import { ReportError, type ReportTarget } from "./report-file.js";
import type { Source } from "./source.js";
import { countsOf, rowsBeyond, rowsIn, summary } from "./summary.js";

/** The failures of a run as a whole; a row that ends has its own reason. */
export type Stop = BatchStopped | NoCodes | InputError;

/** A run whose rows have ended, or that was cut short. */
export interface EndedRun {
  readonly source: Source;
  readonly rows: CountedRows;
  readonly plan: Plan | null;
  readonly journal: Journal;
  readonly journalPath: string;
  readonly report: ReportTarget | null;
  readonly isRetry: boolean;
  readonly progress: Progress;
  readonly stopped: Stop | null;
  readonly isInterrupted: boolean;
  readonly seconds: number;
  readonly options: { readonly json?: boolean | undefined; readonly report?: string | undefined };
}

function codeOfStop(stopped: Stop): ExitCode {
  if (stopped instanceof InputError) return exitCode.usage;
  return stopped instanceof NoCodes ? codeOfFailure(stopped) : exitCode.unreachable;
}

const worse = (one: ExitCode, other: ExitCode): ExitCode => (other > one ? other : one);

/** Writes the report. @returns how many rows of it were not begun; null where it could not be written. */
async function writeReport(run: EndedRun, isCutShort: boolean, output: Output): Promise<number | null> {
  const { report, journal, source, stopped, rows, isRetry, journalPath } = run;
  if (report === null) return 0;
  let notBegun = 0;
  // A pipe can't be read again, and may never end.
  const rest = isCutShort && source.isFile && !(stopped instanceof InputError) ? source.rows() : null;
  try {
    await report.write(
      reportLines({
        journal,
        format: report.format,
        rest,
        upTo: isCutShort || isRetry ? null : rows.last(),
        onNotBegun: () => {
          notBegun += 1;
        },
      }),
    );
    return notBegun;
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    output.tell(`${error.message} The journal has all of it: veristep report --journal ${journalPath}`);
    return null;
  }
}

/** Returns the next step after a run that was cut short. */
function adviceFor({ stopped, source, options }: EndedRun): string {
  if (stopped instanceof InputError) {
    const where = options.report === undefined ? "in the journal" : "in the journal and in the report";
    return `From there on nothing was begun; what comes before it is ${where}.`;
  }
  const rest = "The report has the rows that were begun: the rest of the input was not read.";
  const isPart = options.report !== undefined && !source.isFile;
  return `Run it again with the same journal to continue.${isPart ? ` ${rest}` : ""}`;
}

/** Reports how a run has ended, says what to do next, and gives the exit status. */
export async function finishRun(run: EndedRun, output: Output): Promise<ExitCode> {
  const { rows, plan, journal, progress, stopped, isInterrupted, isRetry, seconds, options } = run;
  const { json = false } = options;
  // What was begun has come to an end: where nothing has, nothing was.
  const isUntouched = Object.keys(progress.counts()).length === 0 && !isInterrupted;
  if (stopped instanceof InputError && isUntouched) throw stopped;
  const isCutShort = isInterrupted || stopped !== null || !rows.isWhole();
  // Until all of the input is read, the journal knows best.
  const isAll = !isCutShort && !isRetry;
  const known = isAll ? countsOf(progress.counts(), rows.read(), "open") : journal.counts();
  const reasons = isAll ? progress.reasons() : reasonsOf(journal);
  if (stopped !== null) output.tell(stopped.message);
  const reported = await writeReport(run, isCutShort, output);
  if (isCutShort) output.tell(adviceFor(run));
  const beyond = isAll ? rowsBeyond(journal.counts(), rows.read()) : 0;
  if (beyond > 0) {
    output.tell(`The journal knows ${counted(beyond, "row")} more; this is about those of the input.`);
  }
  const unread = isCutShort && plan !== null && !isRetry ? Math.max(plan.rows - rowsIn(known), 0) : 0;
  const notBegun = reported === null || reported === 0 ? unread : reported;
  const counts = { ...known, ...(notBegun > 0 ? { notBegun } : {}) };
  const ofRows = stopped === null ? codeOfBatch(known) : codeOfStop(stopped);
  const written = reported === null ? exitCode.notWritten : exitCode.ok;
  const code = isInterrupted ? exitCode.interrupted : worse(ofRows, written);
  const text = summary(counts, reasons, ` in ${seconds.toFixed(1)} s`);
  if (json) output.print(JSON.stringify({ event: "end", counts, reasons, seconds, exitCode: code }));
  else if (options.report === "-") output.tell(text);
  else output.print(text);
  const next = nextText({ counts, reasons, journalPath: run.journalPath, isCutShort });
  if (next !== null) output.tell(next);
  const problem = await output.written();
  if (problem === null) return code;
  output.tell(`The standard output could not be written (${problem}). The journal has all of it.`);
  output.tell(text);
  return isInterrupted ? code : worse(code, exitCode.notWritten);
}
