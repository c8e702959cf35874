import type { ReadRow } from "../batch/input/input-row.js";
import { createPlanner } from "../batch/input/plan.js";
import type { Journal } from "../batch/journal/journal.js";
import { reportHead, reportLine } from "../batch/report.js";
import type { RowEnd } from "../batch/run-batch.js";
import { exitCode, type ExitCode } from "./exit-codes.js";
import type { Output } from "./output.js";
import { planEvent, planText, type Planned } from "./plan-text.js";
import type { ReportTarget } from "./report-file.js";
import type { Source } from "./source.js";
import { summary } from "./summary.js";

export interface DryRunOptions {
  readonly report: ReportTarget | null;
  /** The journal of an earlier run, if it has one. */
  readonly journal: Journal | null;
  readonly json: boolean;
  /** Whether the report takes the standard output: nothing else is printed there then. */
  readonly isPiped: boolean;
}

const unended = { bucket: null, reason: null, evidence: null };

/** Reads and checks an input, as a batch would begin it, and calls no service. */
export async function dryRun(
  source: Source,
  planned: Omit<Planned, "understood" | "plan">,
  { report, journal, json, isPiped }: DryRunOptions,
  output: Output,
): Promise<ExitCode> {
  const startedAt = performance.now();
  const planner = createPlanner(journal);
  /** Looks at a row. @returns its line in the report. */
  const look = (read: ReadRow): string => {
    const { number, userId, reference } = read.row;
    const prospect = planner.look(read);
    const ended = "bucket" in prospect ? { ...unended, ...prospect } : unended;
    if (prospect.kind === "problem") {
      const { bucket, reason } = prospect;
      const end: RowEnd = { number, userId, bucket, reason, evidence: null, earlier: false };
      if (json) output.print(JSON.stringify({ event: "row", ...end }));
      else if (!isPiped) output.print(`line ${number}: ${bucket} (${reason})`);
    }
    return report === null ? "" : reportLine(report.format, { number, userId, reference, ...ended }, "ready");
  };
  async function* lines() {
    if (report !== null) yield* reportHead(report.format);
    for await (const read of source.rows()) yield look(read);
  }
  if (report === null) for await (const read of source.rows()) look(read);
  else await report.write(lines());

  const plan = planner.plan();
  const code = plan.problems.length > 0 ? exitCode.badRows : exitCode.ok;
  const counts: Record<string, number> = {
    ...plan.earlier,
    ...(plan.ready > 0 ? { ready: plan.ready } : {}),
  };
  for (const { bucket, rows } of plan.problems) counts[bucket] = (counts[bucket] ?? 0) + rows;
  const all = { ...planned, understood: source.understood, plan };
  if (json) {
    const seconds = (performance.now() - startedAt) / 1_000;
    output.print(JSON.stringify(planEvent(all)));
    output.print(JSON.stringify({ event: "end", dryRun: true, counts, seconds, exitCode: code }));
    return code;
  }
  const text = summary(counts, [], ", none of them touched");
  output.tell(planText(all));
  if (isPiped) output.tell(text);
  else output.print(text);
  return code;
}
