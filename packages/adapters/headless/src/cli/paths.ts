import { statSync, type Stats } from "node:fs";
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
 * @throws UsageError where there is none.
 */
export function checkInput(path: string): boolean {
  if (path === "-") return false;
  const found = lookAt(path);
  if (found === "ENOENT") throw new UsageError(`There is no file ${path}.`);
  if (typeof found === "string") throw new UsageError(`${path} can't be read (${found}).`);
  if (found.isDirectory()) throw new UsageError(`${path} is a folder; name a file in it.`);
  return found.isFile();
}
