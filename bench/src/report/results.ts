import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Findings } from "./findings.js";
import { page } from "./page.js";
import { tables } from "./tables.js";

/** One measurement as it was taken. */
export interface Taken {
  /** Names the measurement. */
  readonly name: string;
  readonly title: string;
  /** "2026-11-30". */
  readonly date: string;
  readonly machine: string;
  /** Of the minute before and the last minute of it. */
  readonly load: readonly [before: string, after: string];
  readonly seconds: number;
  readonly findings: Findings;
}

const inRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const oxfmt = fileURLToPath(new URL("../../../node_modules/.bin/oxfmt", import.meta.url));

/*
 * All of these are committed: a reader can check each figure of the page, and the page can be written again without twenty minutes
 * of measuring.
 */
const files = {
  results: inRoot("bench/results/results.json"),
  tables: inRoot("bench/results/tables.md"),
  page: inRoot("docs/performance.md"),
} as const;

export async function savedResults(): Promise<readonly Taken[]> {
  // Written by this script alone, from the same type.
  return JSON.parse(await readFile(files.results, "utf8")) as readonly Taken[];
}

/** Saves results, and writes the tables and the page that are made of them. */
export async function writeResults(results: readonly Taken[]): Promise<void> {
  await mkdir(inRoot("bench/results"), { recursive: true });
  await writeFile(files.results, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(files.tables, tables(results));
  await writeFile(files.page, page(results));
  await promisify(execFile)(oxfmt, Object.values(files));
}
