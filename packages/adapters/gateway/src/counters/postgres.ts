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
    // Pools and clients both have query(); the library would tell them apart by a class name.
    storeType: "client",
    tableName: table,
    keyPrefix: "",
    points: 1,
    duration: 1,
    // By default, it creates a table with 32-bit counts, and ends the process if Postgres is down at that moment.
    tableCreated: true,
    clearExpiredByTimeout: true,
  });
  const create = () =>
    pool
      .query(
        `CREATE TABLE IF NOT EXISTS "${table}" (key text PRIMARY KEY, points bigint NOT NULL DEFAULT 0, expire bigint)`,
      )
      .catch((error: unknown) => {
        // When two processes create it at the same time, one of them gets an error about a duplicate key or table.
        const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
        if (code === "23505" || code === "42P07") return;
        created = null;
        throw error;
      });
  return flexibleCounters(async () => {
    await (created ??= create());
    return limiter;
  });
}
