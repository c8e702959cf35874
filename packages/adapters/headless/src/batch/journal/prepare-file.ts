import { accessSync, chmodSync, closeSync, constants, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../../error-code.js";
import { JournalError } from "./schema.js";

const codeOf = (error: unknown): string => errorCode(error) ?? "unknown reason";

const unusable = (message: string) => new JournalError("unusable", message);

const noPlace = (path: string, code: string) =>
  unusable(
    code === "ENOENT"
      ? `there is no folder ${dirname(path)}; make it first`
      : `the folder ${dirname(path)} can't be written (${code})`,
  );

/**
 * Sees that a file can be made there, before there is anything to put into it.
 *
 * @throws JournalError that says what to do.
 */
export function checkPlace(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw noPlace(path, codeOf(error));
  }
}

/**
 * Makes the file of a database, for its owner only, or sees that the one that is there can be used. SQLite gives the
 * files beside it the same mode, and can't say what is wrong with a path.
 *
 * @throws JournalError that says what to do.
 */
export function prepareFile(path: string): void {
  try {
    // Only what is new is opened: closing a file gives back all locks that this process has on it.
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST" || code === "EISDIR") return checkFile(path);
    throw noPlace(path, code);
  }
}

function checkFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) throw unusable("it is a folder; name a file in it");
  if (found?.isFile() === false) throw unusable("it is no regular file; name another one");
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw unusable(`it can't be read and written (${codeOf(error)})`);
  }
}

const OTHERS = 0o077;

/**
 * Takes the rights of others from a file that is there already, and from those that SQLite has put beside it: the key
 * of its hashes is in it, and there are few phone numbers.
 *
 * @throws JournalError where it belongs to another user.
 */
export function keepToOwner(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & OTHERS) === 0) continue;
    try {
      // Not opened: closing it would give back the locks.
      chmodSync(file, 0o600);
    } catch (error) {
      throw unusable(`others can read it, and its mode can't be changed (${codeOf(error)})`);
    }
  }
}
