import { randomUUID } from "node:crypto";
import { closeSync, lstatSync, openSync, readSync, realpathSync, statSync, type Stats } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isReport, REPORT_START, type ReportFormat } from "../batch/report.js";
import { errorCode } from "../error-code.js";
import { UsageError } from "./exit-codes.js";
import type { Output } from "./output.js";

/** A report could not be written. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

/** Where a report goes: a file, or with `-` the standard output. */
export interface ReportTarget {
  readonly format: ReportFormat;
  /** @throws ReportError where it can't be written; what was there before stays then. */
  readonly write: (lines: AsyncIterable<string>) => Promise<void>;
}

/** The paths of files that a report must not replace. */
export type KeptFiles = Readonly<Partial<Record<"input" | "journal", string | undefined>>>;

const STDOUT = "-";

const found = (path: string, look: (path: string) => Stats): Stats | null => {
  try {
    return look(path);
  } catch {
    return null;
  }
};

/** Where a path leads, if its file is not there yet as well. */
const placeOf = (path: string): string => {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
};

const withBesides = (path: string): string[] => [path, `${path}-wal`, `${path}-shm`, `${path}-journal`];

function isSame(path: string, kept: string): boolean {
  if (placeOf(path) === placeOf(kept)) return true;
  const [one, other] = [found(path, statSync), found(kept, statSync)];
  return one !== null && other !== null && one.dev === other.dev && one.ino === other.ino;
}

const kindOf = (stats: Stats): string | null => {
  if (stats.isDirectory()) return "a folder; name a file in it";
  if (stats.isSymbolicLink()) return "a symbolic link; name a file, or - for the standard output";
  if (stats.isFIFO()) return "a pipe; name a file, or - for the standard output";
  if (stats.isSocket()) return "a socket; name a file, or - for the standard output";
  return stats.isFile() ? null : "a device; name a file, or - for the standard output";
};

function startOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(REPORT_START);
    return start.toString("latin1", 0, readSync(file, start));
  } finally {
    closeSync(file);
  }
}

/** Returns why a report can't be put there; null where it can. */
function problemOf(path: string, kept: KeptFiles): string | null {
  for (const [name, other] of Object.entries(kept)) {
    if (other !== undefined && other !== STDOUT && withBesides(other).some((one) => isSame(path, one))) {
      return `is the ${name}; name another file`;
    }
  }
  let stats: Stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    const code = errorCode(error) ?? "unknown reason";
    return code === "ENOENT" ? null : `can't be written (${code})`;
  }
  const kind = kindOf(stats);
  if (kind !== null) return `is ${kind}`;
  const self = process.getuid?.();
  if (self !== undefined && stats.uid !== self) return "belongs to another user; name another file";
  try {
    if (stats.size > 0 && !isReport(startOf(path))) {
      return "is there and isn't a report of veristep; it would be lost: name another file";
    }
  } catch (error) {
    return `can't be read (${errorCode(error) ?? "unknown reason"})`;
  }
  return null;
}

/** Makes the part that is put in the report's place: beside it, new, and its owner's alone. */
const openPart = (path: string) => {
  const part = join(dirname(path), `.${basename(path).slice(0, 200)}.${randomUUID()}.part`);
  return open(part, "wx", 0o600).then((file) => ({ file, part }));
};

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

const reasonOf = (error: unknown): string => {
  const code = errorCode(error) ?? "unknown reason";
  return FULL.has(code) ? "the disk is full" : code;
};

async function writeFile(path: string, kept: KeptFiles, lines: AsyncIterable<string>): Promise<void> {
  const { file, part } = await openPart(path);
  try {
    let text = "";
    for await (const line of lines) {
      text += `${line}\n`;
      if (text.length < 65_536) continue;
      await file.writeFile(text);
      text = "";
    }
    await file.writeFile(text);
    await file.sync();
    await file.close();
    // Hours may have passed since it was looked at.
    const problem = problemOf(path, kept);
    if (problem !== null) throw new ReportError(`The report ${path} was not written: it ${problem}.`);
    await rename(part, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(part, { force: true });
    throw error;
  }
}

async function print(lines: AsyncIterable<string>, output: Output): Promise<void> {
  for await (const line of lines) {
    await output.ready();
    output.print(line);
  }
}

/**
 * Checks that a report can be written before the work of a night, and not after it. It makes a new file, or replaces an
 * earlier report.
 *
 * @throws UsageError where it can't.
 */
export async function reportTarget(path: string, kept: KeptFiles, output: Output): Promise<ReportTarget> {
  if (path === STDOUT) return { format: "csv", write: (lines) => print(lines, output) };
  const problem = problemOf(path, kept);
  if (problem !== null) throw new UsageError(`The report ${path} ${problem}.`);
  try {
    const { file, part } = await openPart(path);
    await file.close();
    await rm(part);
  } catch (error) {
    const code = errorCode(error) ?? "unknown reason";
    throw new UsageError(
      `The report ${path} can't be written (${code === "ENOENT" ? `there is no folder ${dirname(path)}` : code}).`,
    );
  }
  return {
    format: /\.(ndjson|jsonl)$/i.test(path) ? "ndjson" : "csv",
    write: async (lines) => {
      try {
        await writeFile(path, kept, lines);
      } catch (error) {
        if (error instanceof ReportError) throw error;
        if (errorCode(error) === null) throw error;
        throw new ReportError(`The report ${path} could not be written: ${reasonOf(error)}.`);
      }
    },
  };
}
