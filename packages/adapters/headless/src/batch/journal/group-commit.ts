import type Database from "libsql";

/** Writes that are made durable together: one transaction, and one wait for the disk, for all of a turn. */
export interface GroupCommit {
  /** Carries out a statement now, and makes it durable with what follows. @throws what the statement does. */
  run<Value>(statement: () => Value): Value;
  /** Carries out a statement now. @returns settles when it is on the disk, or rejects as all of its turn do. */
  write(statement: () => void): Promise<void>;
  /** Makes durable what was carried out, and refuses everything that comes later. */
  close(): void;
}

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createGroupCommit(db: Database.Database): GroupCommit {
  let pending: Pending[] = [];
  let timer: NodeJS.Immediate | null = null;
  let closed = false;

  const settle = (): Pending[] => {
    if (timer !== null) clearImmediate(timer);
    timer = null;
    const group = pending;
    pending = [];
    return group;
  };
  const abandon = (error: unknown) => {
    const group = settle();
    try {
      if (db.inTransaction) db.exec("ROLLBACK");
    } catch {
      // A full disk can have ended the transaction already.
    }
    for (const { reject } of group) reject(error);
  };
  const flush = () => {
    if (timer === null) return;
    try {
      db.exec("COMMIT");
    } catch (error) {
      abandon(error);
      return;
    }
    for (const { resolve } of settle()) resolve();
  };
  const run = <Value>(statement: () => Value): Value => {
    // The driver ends the process when a closed database is used.
    if (closed) throw new Error("The journal is closed");
    try {
      if (timer === null) {
        db.exec("BEGIN IMMEDIATE");
        timer = setImmediate(flush);
      }
      return statement();
    } catch (error) {
      // Nothing of the turn may be taken for durable when a part of it failed.
      abandon(error);
      throw error;
    }
  };

  return {
    run,
    write: (statement) =>
      new Promise((resolve, reject) => {
        run(statement);
        pending.push({ resolve, reject });
      }),
    close: () => {
      flush();
      closed = true;
    },
  };
}
