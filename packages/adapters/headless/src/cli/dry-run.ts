import * as Stream from "effect/Stream";
import * as Effect from "effect/Effect";
import type { ReadRow } from "../batch/input/input-row.js";
import { createPlanner, type Planner } from "../batch/input/plan.js";
import { reportLines } from "../batch/report.js";
import { runBatch, type RowEnd } from "../batch/run-batch.js";
import { openJournal, type Journal } from "../batch/journal/journal.js";
import { isFinal } from "../batch/outcome.js";
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
}

async function* notEnded(rows: AsyncIterable<ReadRow>, journal: Journal | null, planner: Planner) {
  for await (const read of rows) {
    const bucket = journal?.row(read.row.number)?.bucket ?? null;
    if (bucket !== null && isFinal(bucket)) planner.earlier(bucket);
    else yield read;
  }
}

/** Reads and checks an input, as a batch would begin it, and calls no service. */
export async function dryRun(
  source: Source,
  planned: Omit<Planned, "understood" | "plan">,
  { report, journal, json }: DryRunOptions,
  output: Output,
): Promise<ExitCode> {
  const rehearsal = openJournal(":memory:");
  const startedAt = performance.now();
  const planner = createPlanner();
  const onEnd = (end: RowEnd) => {
    planner.problem(end.number, end.bucket, end.reason);
    if (json) output.print(JSON.stringify({ event: "row", ...end }));
    else output.print(`line ${end.number}: ${end.bucket} (${end.reason})`);
  };
  try {
    await Effect.runPromise(
      runBatch({
        rows: notEnded(source.rows(), journal, planner),
        journal: rehearsal,
        onEnd,
        verify: (rows) =>
          rows.pipe(
            Stream.tap((row) => Effect.sync(() => planner.ready(row))),
            Stream.drain,
          ),
      }),
    );
    await report?.write(
      reportLines({ journal: rehearsal, format: report.format, rest: null, upTo: null, unfinished: "ready" }),
    );
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
    } else {
      output.tell(planText(all));
      output.print(summary(counts, [], ", none of them touched"));
    }
    return code;
  } finally {
    rehearsal.close();
  }
}
