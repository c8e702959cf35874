import { RateLimiterPostgres } from "rate-limiter-flexible";
import type { Counters } from "./counters.port.js";
import { flexibleCounters } from "./flexible.js";

export type { Count, Counters } from "./counters.port.js";

/** A pool (or client) of `pg`. */
export interface PostgresPool {
  query(text: string): Promise<unknown>;
}

/** Where in Postgres the counts are. */
export interface PostgresCountersOptions {
  /** The table, which is created if it is missing: letters, digits and underscores. @defaultValue "veristep_limits" */
  readonly table?: string;
}

/**
 * Keeps counts in a table of Postgres, for any number of gateway processes whose clocks agree. Rows that
 * expired more than an hour ago are deleted every five minutes.
 *
 * @throws TypeError if the table's name isn't a plain one.
 */
export function postgresCounters(pool: PostgresPool, options: PostgresCountersOptions = {}): Counters {
  const table = options.table ?? "veristep_limits";
  if (!/^[a-z_][a-z0-9_]{0,62}$/i.test(table))
    throw new TypeError("postgresCounters: table must be letters, digits and underscores, at most 63");
  let created: Promise<unknown> | null = null;
  const limiter = new RateLimiterPostgres({
    storeClient: pool,
    // Pool and client are both asked with query(); the library would guess which by a class name.
    storeType: "client",
    tableName: table,
    keyPrefix: "",
    points: 1,
    duration: 1,
    // By itself it creates a table with 32-bit counts, once, and ends the process if Postgres is down then.
    tableCreated: true,
    clearExpiredByTimeout: true,
  });
  const create = () =>
    pool
      .query(
        `CREATE TABLE IF NOT EXISTS "${table}" (key varchar(255) PRIMARY KEY, points bigint NOT NULL DEFAULT 0, expire bigint)`,
      )
      .catch((error: unknown) => {
        // Two processes that create it at the same time: one of them is told of a duplicate.
        if (typeof error === "object" && error !== null && "code" in error && error.code === "23505") return;
        created = null;
        throw error;
      });
  return flexibleCounters(async () => {
    await (created ??= create());
    return limiter;
  });
}
