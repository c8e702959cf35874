import { createHmac } from "node:crypto";
import type { RecordStore, StoreFailure } from "@veristep/core";
import Database from "libsql";
import { ResultAsync } from "neverthrow";
import { errorCode } from "../../error-code.js";
import { createGroupCommit } from "./group-commit.js";
import { journalRows, type JournalRows } from "./journal-rows.js";
import { checkPlace, keepToOwner, prepareFile } from "./prepare-file.js";
import { JournalError, migrate, pragma } from "./schema.js";
import { journalSettings, keyOf, type JournalSettings } from "./settings.js";

/**
 * What a batch has done, in a file (B40–B42): an SQLite database with one writer.
 *
 * It holds no address and no number, only hashes of them with a key of the journal's own, and masked forms in the
 * records of flows that are under way. Writes of one turn of the event loop are made durable together.
 */
export interface Journal extends JournalRows, JournalSettings {
  /** The records of flows under way, for `createVerification` and `verifyMany` (B41). */
  readonly store: RecordStore;
  /** Makes durable what is planned, and lets go of the file. */
  readonly close: () => void;
}

const failureOf = (error: unknown): StoreFailure => {
  // A record that isn't JSON is damaged; the journal itself has not failed (B33).
  if (error instanceof SyntaxError) return { kind: "damaged" };
  return errorCode(error)?.startsWith("SQLITE_FULL") === true ? { kind: "full" } : { kind: "unavailable" };
};

function problemOf(error: unknown, what: string): JournalError {
  if (error instanceof JournalError) return error;
  const code = errorCode(error) ?? "unknown reason";
  if (code.startsWith("SQLITE_BUSY")) {
    return new JournalError(
      "inUse",
      `another process is using it; wait for it to end, or use another ${what}`,
    );
  }
  if (code.startsWith("SQLITE_NOTADB")) return new JournalError("notAJournal", `it is not a ${what}`);
  if (code.startsWith("SQLITE_CORRUPT")) {
    return new JournalError(
      "damaged",
      "it is damaged; restore it, or begin another one and expect rows to be checked again",
    );
  }
  return new JournalError("unusable", `it can't be opened (${code})`);
}

/**
 * Opens a journal, or makes a new one.
 *
 * A new file is its owner's alone: its hashes stand beside their key, and there are few phone numbers. The lock is the
 * operating system's own on the file, held until the process ends, however it ends.
 *
 * @param what what it is called in messages for people.
 * @throws JournalError when another process has it, when it is something else, damaged, or of a newer version.
 */
export function openJournal(path: string, what = "journal"): Journal {
  let db: Database.Database | null = null;
  try {
    prepareFile(path);
    db = new Database(path);
    db.pragma("busy_timeout = 0");
    // One writer: the lock is taken by the first write and kept.
    db.pragma("locking_mode = EXCLUSIVE");
    // An answered write is on the disk.
    db.pragma("synchronous = FULL");
    db.exec("BEGIN IMMEDIATE; COMMIT;");
    migrate(db);
    keepToOwner(path);
    db.pragma("journal_mode = WAL");
    if (pragma(db, "quick_check") !== "ok")
      throw new JournalError("damaged", "it is damaged; restore it, or begin another one");
    return journalOver(db);
  } catch (error) {
    if (db !== null) letGo(db);
    throw named(path, what, error);
  }
}

const named = (path: string, what: string, error: unknown): JournalError => {
  const { reason, message } = problemOf(error, what);
  return new JournalError(reason, `The ${what} ${path} can't be used: ${message}.`);
};

/**
 * Sees that a journal can be made there, without making it.
 *
 * @throws JournalError where it can't.
 */
export function checkNewJournal(path: string): void {
  try {
    checkPlace(path);
  } catch (error) {
    throw named(path, "journal", error);
  }
}

/**
 * Closes a database, with all of it in one file. The driver keeps the file open for as long as a statement is in
 * memory, so the lock is given back by hand; it can't be while the database is in WAL mode.
 */
function letGo(db: Database.Database): void {
  try {
    db.pragma("journal_mode = DELETE");
    db.pragma("locking_mode = NORMAL");
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
  } catch {
    // Where the disk is full the lock goes with the process.
  }
  db.close();
}

function journalOver(db: Database.Database): Journal {
  const key = keyOf(db);
  const group = createGroupCommit(db);
  const hash = (kind: string, text: string): string =>
    createHmac("sha256", key).update(`${kind}\0${text}`).digest("base64url").slice(0, 22);

  const load = db.prepare("SELECT json FROM record WHERE user_id = ?");
  const save = db.prepare("INSERT OR REPLACE INTO record VALUES (?, ?)");
  const remove = db.prepare("DELETE FROM record WHERE user_id = ?");
  const stored = <Value>(work: () => Promise<Value>): ResultAsync<Value, StoreFailure> =>
    ResultAsync.fromPromise(work(), failureOf);
  return {
    store: {
      load: (userId) =>
        stored(async () => {
          // The group sees what this turn has saved as well; the column is that of the statement.
          const kept = group.run(() => load.get(JSON.stringify(userId))) as
            | { readonly json: string }
            | undefined;
          const record: unknown = kept === undefined ? null : JSON.parse(kept.json);
          return record;
        }),
      save: (record) =>
        stored(() =>
          group.write(() => {
            save.run(JSON.stringify(record.userId), JSON.stringify(record));
          }),
        ),
      remove: (userId) =>
        stored(() =>
          group.write(() => {
            remove.run(JSON.stringify(userId));
          }),
        ),
    },
    ...journalRows(db, group, hash),
    ...journalSettings(db, group, hash),
    close: () => {
      group.close();
      letGo(db);
    },
  };
}
