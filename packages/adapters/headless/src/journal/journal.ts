import { createHmac, randomBytes } from "node:crypto";
import type { RecordStore, StoreFailure, UserId } from "@veristep/core";
import Database from "libsql";
import { ResultAsync } from "neverthrow";
import type { Bucket } from "../many/outcome.js";
import { errorCode } from "../error-code.js";
import { createGroupCommit } from "./group-commit.js";
import { prepareFile } from "./prepare-file.js";
import { JournalError, migrate, pragma } from "./schema.js";

/** What the journal knows of an input row. */
export interface JournalRow {
  /** null: begun, and not finished. */
  readonly bucket: Bucket | null;
  readonly reason: string | null;
}

/** What begins a row; see {@link Journal.begin}. */
export interface RowClaims {
  /** The position in the input, 1 for the first row. */
  readonly number: number;
  /** All that the row says, as one text. Kept as a keyed hash. */
  readonly content: string;
  /** The user whom the row claims; null for a row that can't be used. */
  readonly userId: UserId | null;
  /** The user as a report names it. @defaultValue `userId` */
  readonly shownUserId?: UserId | null;
  /** What the row calls itself, for the report; kept as it is. */
  readonly reference: string | null;
  /** Addresses and numbers, in a normal form. Kept as keyed hashes. */
  readonly contacts: readonly string[];
}

/** A row as a report tells of it. */
export interface ReportedRow extends JournalRow {
  readonly number: number;
  readonly userId: UserId | null;
  readonly reference: string | null;
}

/** How a row stands when it is begun. */
export type Begun =
  | { readonly kind: "new" | "open" }
  | ({ readonly kind: "ended" } & { readonly bucket: Bucket; readonly reason: string })
  /** An earlier row has the user, or one of the contacts. */
  | { readonly kind: "duplicateId" | "duplicateContact"; readonly of: number }
  /** The journal has another row in this position. */
  | { readonly kind: "otherInput" };

/**
 * What a batch has done, in a file (B40–B42): an SQLite database with one writer.
 *
 * It holds no address and no number, only hashes of them with a key of the journal's own, and masked forms in the
 * records of flows that are under way. Writes of one turn of the event loop are made durable together.
 */
export interface Journal {
  /** The records of flows under way, for `createVerification` and `verifyMany` (B41). */
  readonly store: RecordStore;
  /** Notes that a row is begun, and says how it stands. Durable with the next write that waits for it. */
  readonly begin: (row: RowClaims) => Begun;
  /** Notes how a row has ended. @returns settles when it is durable; rejects when it could not be kept. */
  readonly end: (number: number, bucket: Bucket, reason: string) => Promise<void>;
  /** What is known of a row; null where it was never begun. */
  readonly row: (number: number) => JournalRow | null;
  /** All rows that were begun, in the order of the input; read while it is iterated. */
  readonly rows: () => Iterable<ReportedRow>;
  /** How many rows are in each bucket; those not finished under `open`. */
  readonly counts: () => Readonly<Record<string, number>>;
  /** Makes durable what is planned, and lets go of the file. */
  readonly close: () => void;
}

interface StoredRow {
  readonly fingerprint: string;
  readonly bucket: Bucket | null;
  readonly reason: string | null;
}

const failureOf = (error: unknown): StoreFailure =>
  errorCode(error)?.startsWith("SQLITE_FULL") === true ? { kind: "full" } : { kind: "unavailable" };

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
    db.pragma("journal_mode = WAL");
    if (pragma(db, "quick_check") !== "ok")
      throw new JournalError("damaged", "it is damaged; restore it, or begin another one");
    return journalOver(db);
  } catch (error) {
    if (db !== null) letGo(db);
    const problem = problemOf(error, what);
    throw new JournalError(problem.reason, `The ${what} ${path} can't be used: ${problem.message}.`);
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

/** The key of this journal's hashes. */
function keyOf(db: Database.Database): Buffer {
  db.prepare("INSERT OR IGNORE INTO setting VALUES ('key', ?)").run(randomBytes(32).toString("base64"));
  const kept = db.prepare("SELECT value FROM setting WHERE name = 'key'").get();
  // The column is TEXT and NOT NULL, and the line was just put there.
  return Buffer.from((kept as { readonly value: string }).value, "base64");
}

function journalOver(db: Database.Database): Journal {
  const key = keyOf(db);
  const group = createGroupCommit(db);
  const hash = (kind: string, text: string): string =>
    createHmac("sha256", key).update(`${kind}\0${text}`).digest("base64url").slice(0, 22);

  const load = db.prepare("SELECT json FROM record WHERE user_id = ?");
  const save = db.prepare("INSERT OR REPLACE INTO record VALUES (?, ?)");
  const remove = db.prepare("DELETE FROM record WHERE user_id = ?");
  const find = db.prepare("SELECT fingerprint, bucket, reason FROM input_row WHERE number = ?");
  const insert = db.prepare(
    "INSERT INTO input_row (number, fingerprint, user_id, reference) VALUES (?, ?, ?, ?)",
  );
  const finish = db.prepare("UPDATE input_row SET bucket = ?, reason = ?, ended_at = ? WHERE number = ?");
  const claim = db.prepare("INSERT OR IGNORE INTO claim VALUES (?, ?)");
  const claimant = db.prepare("SELECT number FROM claim WHERE key = ?");

  const stored = <Value>(work: () => Promise<Value>): ResultAsync<Value, StoreFailure> =>
    ResultAsync.fromPromise(work(), failureOf);
  const findRow = (number: number): StoredRow | undefined =>
    // The columns are those of the statement.
    find.get(number) as StoredRow | undefined;

  /** @returns the row that has claimed it first. */
  const claimFor = (claimed: string, number: number): number => {
    claim.run(claimed, number);
    // The line was just put there, or was there before.
    return (claimant.get(claimed) as { readonly number: number }).number;
  };

  return {
    store: {
      load: (userId) =>
        stored(async () => {
          // What was saved in this turn is seen as well; the column is that of the statement.
          const kept = group.run(() => load.get(userId)) as { readonly json: string } | undefined;
          const record: unknown = kept === undefined ? null : JSON.parse(kept.json);
          return record;
        }),
      save: (record) =>
        stored(() =>
          group.write(() => {
            save.run(record.userId, JSON.stringify(record));
          }),
        ),
      remove: (userId) =>
        stored(() =>
          group.write(() => {
            remove.run(userId);
          }),
        ),
    },
    begin: ({ number, content, userId, shownUserId = userId, reference, contacts }) => {
      const fingerprint = hash("row", content);
      const known = findRow(number);
      if (known !== undefined && fingerprint !== known.fingerprint) return { kind: "otherInput" };
      if (known?.bucket !== null && known?.bucket !== undefined) {
        return { kind: "ended", bucket: known.bucket, reason: known.reason ?? "" };
      }
      return group.run((): Begun => {
        if (known === undefined) insert.run(number, fingerprint, shownUserId, reference);
        const idOf = userId === null ? number : claimFor(hash("user", String(userId)), number);
        if (idOf !== number) return { kind: "duplicateId", of: idOf };
        for (const contact of contacts) {
          const of = claimFor(hash("contact", contact), number);
          if (of !== number) return { kind: "duplicateContact", of };
        }
        return { kind: known === undefined ? "new" : "open" };
      });
    },
    end: (number, bucket, reason) =>
      group.write(() => {
        finish.run(bucket, reason, Date.now(), number);
      }),
    row: (number) => findRow(number) ?? null,
    rows: () =>
      // The columns are those of the statement.
      db
        .prepare("SELECT number, user_id AS userId, reference, bucket, reason FROM input_row ORDER BY number")
        .iterate() as Iterable<ReportedRow>,
    counts: () => {
      const statement =
        "SELECT coalesce(bucket, 'open') AS bucket, count(*) AS rows FROM input_row GROUP BY 1";
      // The columns are those of the statement.
      const counted = db.prepare(statement).all() as ReadonlyArray<{
        readonly bucket: string;
        readonly rows: number;
      }>;
      return Object.fromEntries(counted.map(({ bucket, rows }) => [bucket, rows]));
    },
    close: () => {
      group.close();
      letGo(db);
    },
  };
}
