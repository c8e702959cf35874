import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import type { CountedRows } from "../batch/count-rows.js";
import { writeReport } from "../batch/report.js";
import { runBatch } from "../batch/run-batch.js";
import { openJournal } from "../journal/journal.js";
import { exitCode, type ExitCode } from "./exit-codes.js";
import type { Output } from "./output.js";
import { countsOf, summary } from "./summary.js";

export interface DryRunOptions {
  readonly report?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Reads and checks an input, as a batch would begin it, and calls nobody. */
export async function dryRun(
  input: CountedRows,
  { report, json = false }: DryRunOptions,
  output: Output,
): Promise<ExitCode> {
  const journal = openJournal(":memory:");
  const startedAt = performance.now();
  const ended: Record<string, number> = {};
  try {
    await Effect.runPromise(
      runBatch({
        rows: input.rows,
        journal,
        verify: Stream.drain,
        onEnd: (end) => {
          ended[end.bucket] = (ended[end.bucket] ?? 0) + 1;
          if (json) output.print(JSON.stringify({ event: "row", ...end }));
          else output.print(`line ${end.number}: ${end.bucket} (${end.reason})`);
        },
      }),
    );
    if (report !== undefined) {
      await writeReport({ journal, rest: null, path: report, upTo: null, unfinished: "ready" });
    }
    const counts = countsOf(ended, input.read(), "ready");
    const code = Object.keys(ended).length > 0 ? exitCode.badRows : exitCode.ok;
    const seconds = (performance.now() - startedAt) / 1_000;
    if (json) {
      output.print(JSON.stringify({ event: "end", dryRun: true, counts, seconds, exitCode: code }));
    } else output.print(summary(counts, ", none of them touched"));
    return code;
  } finally {
    journal.close();
  }
}
