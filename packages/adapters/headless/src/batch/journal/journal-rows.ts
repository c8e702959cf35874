import type { Channel, UserId } from "@veristep/core";
import type Database from "libsql";
import { isBucket, type Bucket, type RowEvidence, type VerifiedBy } from "../outcome.js";
import type { GroupCommit } from "./group-commit.js";

/** The state of an input row in the journal. */
export interface JournalRow {
  /** null: begun, and not finished. */
  readonly bucket: Bucket | null;
  readonly reason: string | null;
  /** By what the contacts of the row are verified; null where they are not. */
  readonly evidence: RowEvidence | null;
}

/** What begins a row; see {@link JournalRows.begin}. */
export interface RowClaims {
  /** The position in the input, 1 for the first row. */
  readonly number: number;
  /** All that the row says, as one text. Kept as a keyed hash. */
  readonly content: string;
  /** The user that the row claims; null for a row that can't be used. */
  readonly userId: UserId | null;
  /** The user as a report names it. @defaultValue `userId` */
  readonly shownUserId?: UserId | null;
  /** The name of the row, for the report; kept as it is. */
  readonly reference: string | null;
  /** Addresses and numbers, in a normal form. Kept as keyed hashes. */
  readonly contacts: readonly string[];
}

/** A row as a report shows it. */
export interface ReportedRow extends JournalRow {
  readonly number: number;
  readonly userId: UserId | null;
  readonly reference: string | null;
}

/** How a row stands when it is begun. */
export type Begun =
  | { readonly kind: "new" }
  /** Begun in an earlier run, which has submitted a code on these channels. */
  | { readonly kind: "open"; readonly submitted: readonly Channel[] }
  | ({ readonly kind: "ended" } & {
      readonly bucket: Bucket;
      readonly reason: string;
      readonly evidence: RowEvidence | null;
    })
  /** An earlier row has the user, or one of the contacts. */
  | { readonly kind: "duplicateId" | "duplicateContact"; readonly of: number }
  /** The journal has another row in this position. */
  | { readonly kind: "otherInput" };

/** The rows of a batch, in its journal (B40–B42). */
export interface JournalRows {
  /** Notes that a row is begun, and says how it stands. Durable with the next write that waits for it. */
  readonly begin: (row: RowClaims) => Begun;
  /** Notes that a code is submitted for a contact of a row. Durable with the next write that waits for it. */
  readonly submitCode: (number: number, channel: Channel) => void;
  /** Notes how a row has ended. @returns settles when it is durable; rejects when it could not be kept. */
  readonly end: (
    number: number,
    bucket: Bucket,
    reason: string,
    evidence?: RowEvidence | null,
  ) => Promise<void>;
  /** Returns the state of a row; null where it was never begun. */
  readonly row: (number: number) => JournalRow | null;
  /** All rows that were begun, in the order of the input; read while it is iterated. */
  readonly rows: () => Iterable<ReportedRow>;
  /** How many rows are in each bucket; those not finished under `open`. */
  readonly counts: () => Readonly<Record<string, number>>;
  /** How many rows ended for each reason. */
  readonly reasons: () => ReadonlyArray<{
    readonly bucket: string;
    readonly reason: string;
    readonly rows: number;
  }>;
  /** A few users of rows in a bucket, the newest first. */
  readonly usersIn: (bucket: Bucket, most: number) => readonly UserId[];
  /**
   * Opens rows again that have ended in these buckets, and those that have not ended: another run resumes them with
   * what their lines say then, corrected or not. Other rows may claim their users and contacts.
   *
   * @returns how many.
   */
  readonly reopen: (buckets: readonly Bucket[]) => number;
}

interface StoredRow {
  readonly number: number;
  readonly fingerprint: string;
  readonly userId: string | null;
  readonly reference: string | null;
  readonly bucket: string | null;
  readonly reason: string | null;
  readonly emailBy: VerifiedBy | null;
  readonly phoneBy: VerifiedBy | null;
  readonly submitted: number;
  readonly corrected: number;
}

/** How `submitted` says on which channels. */
const CHANNEL_BITS: Readonly<Record<Channel, number>> = { email: 1, phone: 2 };

const channelsOf = (submitted: number): readonly Channel[] =>
  (["email", "phone"] as const).filter((channel) => (submitted & CHANNEL_BITS[channel]) !== 0);

const COLUMNS = `number, fingerprint, user_id AS userId, reference, bucket, reason, email_by AS emailBy,
  phone_by AS phoneBy, submitted, corrected`;

/** A bucket that this version doesn't know is ignored, and the row runs again. */
function journalRow({ bucket, reason, emailBy, phoneBy }: StoredRow): JournalRow {
  const isEnded = bucket !== null && isBucket(bucket);
  const evidence = emailBy === null && phoneBy === null ? null : { email: emailBy, phone: phoneBy };
  return { bucket: isEnded ? bucket : null, reason: isEnded ? reason : null, evidence };
}

/** A user's id from its JSON; null where that is damaged. */
function idOf(json: string | null): UserId | null {
  try {
    const id: unknown = json === null ? null : JSON.parse(json);
    return typeof id === "number" || typeof id === "string" ? id : null;
  } catch {
    return null;
  }
}

/** @param hash a keyed hash of a text, of a kind. */
export function journalRows(
  db: Database.Database,
  group: GroupCommit,
  hash: (kind: string, text: string) => string,
): JournalRows {
  const find = db.prepare(`SELECT ${COLUMNS} FROM input_row WHERE number = ?`);
  const insert = db.prepare(
    "INSERT INTO input_row (number, fingerprint, user_id, reference) VALUES (?, ?, ?, ?)",
  );
  const correct = db.prepare(
    "UPDATE input_row SET fingerprint = ?, user_id = ?, reference = ?, submitted = 0, corrected = 0 WHERE number = ?",
  );
  const keep = db.prepare("UPDATE input_row SET corrected = 0 WHERE number = ?");
  const finish = db.prepare(
    "UPDATE input_row SET bucket = ?, reason = ?, email_by = ?, phone_by = ?, ended_at = ? WHERE number = ?",
  );
  const submit = db.prepare("UPDATE input_row SET submitted = submitted | ? WHERE number = ?");
  const claim = db.prepare("INSERT OR IGNORE INTO claim VALUES (?, ?)");
  const claimant = db.prepare("SELECT number FROM claim WHERE key = ?");

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
    begin: ({ number, content, userId, shownUserId = userId, reference, contacts }) => {
      const fingerprint = hash("row", content);
      const known = findRow(number);
      const isOther = known !== undefined && fingerprint !== known.fingerprint;
      if (isOther && known.corrected === 0) return { kind: "otherInput" };
      const { bucket = null, reason, evidence = null } = known === undefined ? {} : journalRow(known);
      if (bucket !== null) return { kind: "ended", bucket, reason: reason ?? "", evidence };
      return group.run((): Begun => {
        const shown = shownUserId === null ? null : JSON.stringify(shownUserId);
        if (known === undefined) insert.run(number, fingerprint, shown, reference);
        else if (isOther) correct.run(fingerprint, shown, reference, number);
        else if (known.corrected === 1) keep.run(number);
        const user = userId === null ? number : claimFor(hash("user", JSON.stringify(userId)), number);
        if (user !== number) return { kind: "duplicateId", of: user };
        for (const contact of contacts) {
          const of = claimFor(hash("contact", contact), number);
          if (of !== number) return { kind: "duplicateContact", of };
        }
        return known === undefined
          ? { kind: "new" }
          : { kind: "open", submitted: isOther ? [] : channelsOf(known.submitted) };
      });
    },
    submitCode: (number, channel) => {
      group.run(() => submit.run(CHANNEL_BITS[channel], number));
    },
    end: (number, bucket, reason, evidence = null) =>
      group.write(() => {
        finish.run(bucket, reason, evidence?.email ?? null, evidence?.phone ?? null, Date.now(), number);
      }),
    row: (number) => {
      const stored = findRow(number);
      return stored === undefined ? null : journalRow(stored);
    },
    *rows() {
      // The columns are those of the statement.
      const all = db
        .prepare(`SELECT ${COLUMNS} FROM input_row ORDER BY number`)
        .iterate() as Iterable<StoredRow>;
      for (const stored of all) {
        const { number, userId, reference } = stored;
        yield { number, userId: idOf(userId), reference, ...journalRow(stored) };
      }
    },
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
    reasons: () => {
      const statement = `SELECT bucket, coalesce(reason, '') AS reason, count(*) AS rows FROM input_row
        WHERE bucket IS NOT NULL GROUP BY 1, 2`;
      // The columns are those of the statement.
      return db.prepare(statement).all() as ReturnType<JournalRows["reasons"]>;
    },
    usersIn: (bucket, most) => {
      const statement =
        "SELECT user_id AS userId FROM input_row WHERE bucket = ? ORDER BY ended_at DESC, number DESC LIMIT ?";
      // The column is that of the statement.
      const found = db.prepare(statement).all(bucket, most) as ReadonlyArray<Pick<StoredRow, "userId">>;
      return found.map(({ userId }) => idOf(userId)).filter((id) => id !== null);
    },
    reopen: (buckets) => {
      const opened = `bucket IS NULL OR bucket IN (${buckets.map(() => "?").join(", ")})`;
      return group.run(() => {
        db.prepare(`DELETE FROM claim WHERE number IN (SELECT number FROM input_row WHERE ${opened})`).run(
          ...buckets,
        );
        const { changes } = db
          .prepare(
            `UPDATE input_row SET bucket = NULL, reason = NULL, email_by = NULL, phone_by = NULL, ended_at = NULL,
              corrected = 1 WHERE ${opened}`,
          )
          .run(...buckets);
        return changes;
      });
    },
  };
}
