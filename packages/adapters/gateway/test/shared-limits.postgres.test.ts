import { setTimeout as pause } from "node:timers/promises";
import { postgresCounters } from "@veristep/gateway/postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countersContract } from "./support/counters-contract.js";
import { sharedLimits } from "./support/shared-limits.js";
import { startPostgres } from "./support/store-servers.js";

let server: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

describe("counters in Postgres", () => {
  let pool: Pool;
  beforeAll(() => {
    pool = new Pool({ port: server.port, host: "127.0.0.1", user: "postgres", database: "postgres" });
  });
  afterAll(() => pool.end());
  countersContract(() => ({ counters: postgresCounters(pool), pass: pause }));

  test("create their table once, however many processes begin at once", async () => {
    const counters = Array.from({ length: 20 }, () => postgresCounters(pool, { table: "limits_at_once" }));
    const counts = await Promise.all(counters.map((one) => one.add("key", 1, 60_000)));
    expect(
      counts
        .map(({ value }) => value)
        .sort((a, b) => a - b)
        .at(-1),
    ).toBe(20);
  });

  test("take no table's name that would have to be quoted", () => {
    for (const table of ['limits"; DROP TABLE users; --', "", "1st", "x".repeat(64)])
      expect(() => postgresCounters(pool, { table })).toThrow(/letters, digits and underscores/);
  });
});

sharedLimits("postgres", () => server);
