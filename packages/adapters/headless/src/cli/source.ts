import { statSync, type Stats } from "node:fs";
import {
  openInput,
  openRows,
  type OpenedRows,
  type ReadOptions,
  type Understood,
} from "../batch/input/read-rows.js";
import type { ReadRow } from "../batch/input/input-row.js";
import { errorCode } from "../error-code.js";
import { UsageError } from "./exit-codes.js";

/** @returns the system's name of the problem where it can't be looked at. */
function lookAt(path: string): Stats | string {
  try {
    return statSync(path);
  } catch (error) {
    return errorCode(error) ?? "unknown reason";
  }
}

/**
 * Sees that there is an input.
 *
 * @returns whether it can be read more than once: a pipe can't.
 * @throws UsageError if it is missing.
 */
function checkInput(path: string): boolean {
  if (path === "-") return false;
  const found = lookAt(path);
  if (found === "ENOENT") throw new UsageError(`There is no file ${path}.`);
  if (typeof found === "string") throw new UsageError(`${path} can't be read (${found}).`);
  if (found.isDirectory()) throw new UsageError(`${path} is a folder; name a file in it.`);
  return found.isFile();
}

/** The input of a batch. */
export interface Source {
  readonly path: string;
  /** Whether it can be read more than once: a pipe can't. */
  readonly isFile: boolean;
  readonly understood: Understood;
  /** The rows, from the first one; of a pipe only once. */
  readonly rows: () => AsyncIterable<ReadRow>;
}

/**
 * Opens an input, and finds out how it is to be read.
 *
 * @throws UsageError or InputError where it can't be.
 */
export async function openSource(path: string, options: ReadOptions): Promise<Source> {
  const isFile = checkInput(path);
  let opened: OpenedRows | null = await openRows(openInput(path), options);
  const { understood } = opened;
  return {
    path,
    isFile,
    understood,
    async *rows() {
      const first = opened;
      opened = null;
      yield* (first ?? (await openRows(openInput(path), options))).rows;
    },
  };
}
