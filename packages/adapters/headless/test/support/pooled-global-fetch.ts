import { afterAll } from "vitest";
import { pooledFetch, type PooledFetch } from "../../src/pooled-fetch.js";

/*
 * Puts `pooledFetch` in the place of the global fetch, with one pool for each origin, so that the tests of
 * @veristep/http run over it as they are: its adapter looks the global one up at every call.
 */
const pools = new Map<string, PooledFetch>();
const given = globalThis.fetch;

const pooled = (url: string, init: RequestInit): Promise<Response> => {
  const { origin } = new URL(url);
  const pool = pools.get(origin) ?? pooledFetch(origin, { connections: 4 });
  pools.set(origin, pool);
  return pool.fetch(url, init);
};
// Only the adapter calls it here, in the one way that `pooled` knows.
globalThis.fetch = pooled as typeof fetch;

afterAll(async () => {
  globalThis.fetch = given;
  for (const pool of pools.values()) await pool.close();
  pools.clear();
});
