import { randomBytes } from "node:crypto";
import type Database from "libsql";
import type { GroupCommit } from "./group-commit.js";
import { JournalError } from "./schema.js";

/** Whose API a batch is run against. */
export interface Service {
  /** Where the API is, or where rows are processed instead. */
  readonly baseUrl: string;
  /** Whose access tokens are used, as far as they tell: kept as a keyed hash. null where they don't. */
  readonly user: string | null;
}

/** The settings of a journal. */
export interface JournalSettings {
  /**
   * Makes the journal the one of a service, and sees that it is no other's: what it says was verified there.
   *
   * @throws JournalError where it belongs to another base URL or another user of the API.
   */
  readonly belongTo: (service: Service) => void;
  /** The base URL that the journal belongs to; null while it belongs to none. */
  readonly baseUrl: () => string | null;
  /** A note for a later run, as JSON; undefined where it is missing or damaged. */
  readonly note: (name: string) => unknown;
  readonly setNote: (name: string, value: unknown) => void;
}

const valueOf = (db: Database.Database, name: string): string | null => {
  const kept = db.prepare("SELECT value FROM setting WHERE name = ?").get(name);
  // The column is TEXT and NOT NULL.
  return kept === undefined ? null : (kept as { readonly value: string }).value;
};

/** The key of this journal's hashes. */
export function keyOf(db: Database.Database): Buffer {
  db.prepare("INSERT OR IGNORE INTO setting VALUES ('key', ?)").run(randomBytes(32).toString("base64"));
  return Buffer.from(valueOf(db, "key") ?? "", "base64");
}

export function journalSettings(
  db: Database.Database,
  group: GroupCommit,
  hash: (kind: string, text: string) => string,
): JournalSettings {
  const keep = (name: string, value: string) => {
    group.run(() => db.prepare("INSERT OR REPLACE INTO setting VALUES (?, ?)").run(name, value));
  };
  return {
    belongTo: ({ baseUrl, user }) => {
      const before = valueOf(db, "service");
      if (before !== null && before !== baseUrl) {
        throw new JournalError(
          "otherService",
          `The journal belongs to ${before}, and this run is against ${baseUrl}. What it has as verified, is verified there only: use that service, or another journal.`,
        );
      }
      const hashed = user === null ? null : hash("apiUser", user);
      const userBefore = valueOf(db, "api_user");
      if (hashed !== null && userBefore !== null && userBefore !== hashed) {
        throw new JournalError(
          "otherService",
          "The journal belongs to another user of the API than the access token of this run. Use that user's token, or another journal.",
        );
      }
      if (before === null) keep("service", baseUrl);
      if (hashed !== null && userBefore === null) keep("api_user", hashed);
    },
    baseUrl: () => valueOf(db, "service"),
    note: (name) => {
      const kept = valueOf(db, `note/${name}`);
      try {
        return kept === null ? undefined : (JSON.parse(kept) as unknown);
      } catch {
        return undefined;
      }
    },
    setNote: (name, value) => {
      keep(`note/${name}`, JSON.stringify(value));
    },
  };
}
