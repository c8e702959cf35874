import { existsSync } from "node:fs";
import type { ReadRow } from "../batch/input/input-row.js";
import { reasonsOf } from "../batch/reasons.js";
import { reportLines } from "../batch/report.js";
import type { Journal } from "../batch/journal/journal.js";
import { codeOfBatch, type ExitCode } from "./exit-codes.js";
import { nextText } from "./next-text.js";
import type { Output } from "./output.js";
import { reportTarget } from "./report-file.js";
import { notedInput, openEarlier } from "./retry-command.js";
import { openSource } from "./source.js";
import { summary } from "./summary.js";

export interface ReportCommandOptions {
  readonly journal: string;
  readonly report?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** The rows of the input that a journal is about, where it is still there. */
async function inputOf(journal: Journal, output: Output): Promise<AsyncIterable<ReadRow> | null> {
  const noted = notedInput(journal);
  if (noted === null) return null;
  const { path, ...reading } = noted;
  if (!existsSync(path)) {
    output.tell(`The input ${path} is no longer there: rows that were not begun are not in the report.`);
    return null;
  }
  return (await openSource(path, reading)).rows();
}

/** Writes the report of a batch from its journal, at any time after a run, however that ended. */
export async function reportCommand(options: ReportCommandOptions, output: Output): Promise<ExitCode> {
  const { journal: journalPath, report: path = "-", json = false, quiet = false } = options;
  const journal = openEarlier(journalPath);
  try {
    const kept = { journal: journalPath, input: notedInput(journal)?.path };
    const target = await reportTarget(path, kept, output);
    let notBegun = 0;
    await target.write(
      reportLines({
        journal,
        format: json ? "ndjson" : target.format,
        rest: await inputOf(journal, output),
        upTo: null,
        onNotBegun: () => {
          notBegun += 1;
        },
      }),
    );
    const counts = { ...journal.counts(), ...(notBegun > 0 ? { notBegun } : {}) };
    const reasons = reasonsOf(journal);
    if (!quiet) {
      output.tell(summary(counts, reasons, ""));
      const next = nextText({ counts, reasons, journalPath, isCutShort: false });
      if (next !== null) output.tell(next);
    }
    return codeOfBatch(counts);
  } finally {
    journal.close();
  }
}
