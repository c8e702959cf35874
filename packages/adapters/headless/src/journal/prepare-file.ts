import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../error-code.js";
import { JournalError } from "./schema.js";

const codeOf = (error: unknown): string => errorCode(error) ?? "unknown reason";

const unusable = (message: string) => new JournalError("unusable", message);

/**
 * Makes the file of a database, for its owner only, or sees that the one that is there can be used. SQLite gives the
 * files beside it the same mode, and can't say what is wrong with a path.
 *
 * @throws JournalError that says what to do.
 */
export function prepareFile(path: string): void {
  if (path === ":memory:") return;
  try {
    // Only what is new is opened: closing a file gives back all locks that this process has on it.
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST" || code === "EISDIR") return checkFile(path);
    throw unusable(
      code === "ENOENT"
        ? `there is no folder ${dirname(path)}; make it first`
        : `the folder ${dirname(path)} can't be written (${code})`,
    );
  }
}

function checkFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw unusable("it is a folder; name a file in it");
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw unusable(`it can't be read and written (${codeOf(error)})`);
  }
}
