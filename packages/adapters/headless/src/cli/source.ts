import {
  openInput,
  openRows,
  type OpenedRows,
  type ReadOptions,
  type Understood,
} from "../batch/input/read-rows.js";
import type { ReadRow } from "../batch/input/input-row.js";
import { checkInput } from "./paths.js";

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
