import { existsSync } from "node:fs";
import * as v from "valibot";
import type { ReadOptions } from "../batch/input/read-rows.js";
import { openJournal, type Journal } from "../batch/journal/journal.js";
import { buckets, type Bucket } from "../batch/outcome.js";
import {
  INPUT_NOTE,
  noteOf,
  readingOf,
  reportOf,
  type ReadingOptions,
  type RunOptions,
} from "./batch-command.js";
import { UsageError, type ExitCode } from "./exit-codes.js";
import { given } from "./given.js";
import type { Output } from "./output.js";
import { runRows } from "./run-rows.js";
import { openSource } from "./source.js";

export interface RetryCommandOptions extends RunOptions, ReadingOptions {
  readonly journal: string;
  readonly bucket?: readonly Bucket[] | undefined;
  /** Whether the caller has said where the API is; otherwise the journal does. */
  readonly isBaseUrlGiven: boolean;
}

/** What can be retried: all that isn't verified. */
const retried = buckets.filter((bucket) => bucket !== "verified" && bucket !== "verifiedEarlier");

const noteSchema = v.object({
  path: v.string(),
  format: v.exactOptional(v.picklist(["csv", "ndjson"])),
  delimiter: v.exactOptional(v.picklist([",", ";", "\t", "|"])),
  columns: v.exactOptional(v.record(v.string(), v.nullable(v.string()))),
  country: v.exactOptional(v.string()),
});

/** The input that a journal is about, and how it is read; null where the journal doesn't say. */
export function notedInput(journal: Journal): ({ readonly path: string } & ReadOptions) | null {
  const noted = v.safeParse(noteSchema, journal.note(INPUT_NOTE));
  // The options were checked when they were noted.
  return noted.success ? (noted.output as { readonly path: string } & ReadOptions) : null;
}

/** Opens the journal of an earlier run. @throws UsageError where it is missing. */
export function openEarlier(path: string): Journal {
  if (!existsSync(path)) throw new UsageError(`There is no journal ${path}.`);
  return openJournal(path);
}

/** Runs rows again that have ended without being verified, with what their lines say now. */
export async function retryCommand(
  input: string | undefined,
  options: RetryCommandOptions,
  output: Output,
): Promise<ExitCode> {
  const { journal: journalPath } = options;
  const journal = openEarlier(journalPath);
  let isTaken = false;
  try {
    const noted = notedInput(journal);
    const path = input ?? noted?.path;
    if (path === undefined) {
      throw new UsageError(`The journal ${journalPath} doesn't say which input it is about; name the file.`);
    }
    const { path: _, ...before } = noted ?? { path };
    const reading = { ...before, ...given(readingOf(options)) };
    const source = await openSource(path, reading);
    const report = await reportOf(options, path, output);
    const baseUrl = options.isBaseUrlGiven ? options.baseUrl : (journal.baseUrl() ?? options.baseUrl);
    const open = () => {
      isTaken = true;
      journal.setNote(INPUT_NOTE, noteOf(path, reading) ?? noted);
      return journal;
    };
    return await runRows(
      {
        source,
        report,
        journalPath,
        isNew: false,
        open,
        retry: options.bucket ?? retried,
        options: { ...options, baseUrl },
      },
      output,
    );
  } finally {
    if (!isTaken) journal.close();
  }
}
