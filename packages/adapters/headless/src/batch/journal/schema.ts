import type Database from "libsql";

/** Marks the file as a journal of ours: "vstp". SQLite keeps it in the header. */
const APPLICATION_ID = 0x76737470;

/**
 * No column holds bytes: the driver ends the process when it is given a buffer (libsql 0.5.29).
 *
 * Each entry takes the schema from the version that is its index to the next one. Released entries are never changed:
 * a journal of an older version is brought up to date when it is opened.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- One line for each input row that was begun. "fingerprint" is a keyed hash of what the row says.
  CREATE TABLE input_row (
    number INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    user_id INTEGER,
    reference TEXT,
    bucket TEXT,
    reason TEXT,
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX input_row_bucket ON input_row (bucket);
  -- Which row is about which user, address or number: the first one counts. Keyed hashes as well.
  CREATE TABLE claim (key TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- Records of flows that are under way. They hold masked contacts only.
  CREATE TABLE record (user_id INTEGER PRIMARY KEY, json TEXT NOT NULL) STRICT;
  `,
  `
  -- Users are kept as JSON: 7 and "7" are two.
  CREATE TABLE kept_record (user_id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
  INSERT INTO kept_record SELECT CAST(user_id AS TEXT), json FROM record;
  DROP TABLE record;
  ALTER TABLE kept_record RENAME TO record;
  -- "email_by" and "phone_by" say by what the contact of the row is verified. A row that may be "corrected" is begun
  -- with whatever its line says then.
  CREATE TABLE kept_row (
    number INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    user_id TEXT,
    reference TEXT,
    bucket TEXT,
    reason TEXT,
    email_by TEXT,
    phone_by TEXT,
    ended_at INTEGER,
    -- Which contacts of the row a code was submitted for: 1 the e-mail address, 2 the phone number, 3 both.
    submitted INTEGER NOT NULL DEFAULT 0,
    corrected INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO kept_row (number, fingerprint, user_id, reference, bucket, reason, ended_at)
    SELECT number, fingerprint, CAST(user_id AS TEXT), reference, bucket, reason, ended_at FROM input_row;
  DROP TABLE input_row;
  ALTER TABLE kept_row RENAME TO input_row;
  CREATE INDEX input_row_bucket ON input_row (bucket);
  CREATE INDEX claim_number ON claim (number);
  `,
];

/** The version that this library writes. */
export const SCHEMA_VERSION = migrations.length;

/** Why a file can't be used as a journal. */
export class JournalError extends Error {
  override readonly name = "JournalError";
  readonly reason: "inUse" | "notAJournal" | "newer" | "damaged" | "unusable" | "otherService";
  constructor(reason: JournalError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Returns the value of a pragma. The driver's own `pragma` always gives rows. */
export const pragma = (db: Database.Database, name: string): unknown =>
  // A pragma that is read gives one row, with a column of its name.
  (db.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, unknown>> | undefined)?.[name];

/** Brings a journal up to date, or says why it can't be used. */
export function migrate(db: Database.Database): void {
  const version = Number(pragma(db, "user_version"));
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (pragma(db, "application_id") !== APPLICATION_ID && !isEmpty) {
    throw new JournalError("notAJournal", "it is a database of something else");
  }
  if (version > SCHEMA_VERSION) {
    throw new JournalError("newer", "it was written by a newer version of veristep; use that one");
  }
  for (const [from, statements] of migrations.entries()) {
    if (from < version) continue;
    db.exec(
      `BEGIN IMMEDIATE; ${statements} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${from + 1}; COMMIT;`,
    );
  }
}
