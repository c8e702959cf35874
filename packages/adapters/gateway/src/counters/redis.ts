import { RateLimiterRedis } from "rate-limiter-flexible";
import type { Counters } from "./counters.port.js";
import { flexibleCounters } from "./flexible.js";

export type { Count, Counters } from "./counters.port.js";

/** A connected client of `ioredis` or `redis` (node-redis). */
export interface RedisClient {
  multi(): unknown;
}

/** Where in Redis the counts are. */
export interface RedisCountersOptions {
  /** The prefix of each key. @defaultValue "veristep" */
  readonly prefix?: string;
}

/** How long the first calls of a process wait for its first connection, in ms. */
const FIRST_CONNECTION_MS = 800;

/** Returns whether a client is connected; ioredis and node-redis differ in how they show it. */
const isReady = (client: object): boolean =>
  Reflect.get(client, "status") === "ready" || Reflect.get(client, "isReady") === true;

/**
 * Keeps counts in Redis, for any number of gateway processes.
 *
 * Set `appendfsync always` in Redis if a count must survive a power failure. Once a connection is lost, every
 * call rejects at once until there is one again: the client's own queue would later run calls that were given up long ago.
 */
export function redisCounters(client: RedisClient, options: RedisCountersOptions = {}): Counters {
  const limiter = new RateLimiterRedis({
    storeClient: client,
    keyPrefix: options.prefix ?? "veristep",
    points: 1,
    duration: 1,
    rejectIfRedisNotReady: true,
    // Only ioredis defines commands; without this, node-redis is recognised by a class name that changes.
    useRedisPackage: !("defineCommand" in client),
  });
  const begun = Date.now();
  return flexibleCounters(async () => {
    while (!isReady(client) && Date.now() - begun < FIRST_CONNECTION_MS)
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    return limiter;
  });
}
