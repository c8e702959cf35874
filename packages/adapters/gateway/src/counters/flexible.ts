import type { RateLimiterStoreAbstract } from "rate-limiter-flexible";
import type { Counters } from "./counters.port.js";

/** The library's minimum is one second: with less, it would never forget the count. */
const seconds = (windowMs: number): number => Math.max(1, Math.ceil(windowMs / 1_000));

/** The driver of Postgres returns 64-bit counts as text, which the library's types don't say. */
const asNumber = (count: unknown): number => Number(count);

/**
 * The counts of rate-limiter-flexible as {@link Counters}. Its own decision (points, block) is not used: a
 * refused request must be able to give back what it counted, and the limits here depend on the user.
 */
export const flexibleCounters = (limiter: () => Promise<RateLimiterStoreAbstract>): Counters => ({
  add: async (key, points, windowMs) => {
    const { consumedPoints, msBeforeNext } = await (
      await limiter()
    ).penalty(key, points, { customDuration: seconds(windowMs) });
    return { value: asNumber(consumedPoints), remainingMs: msBeforeNext };
  },
  read: async (key) => {
    const count = await (await limiter()).get(key);
    return count === null ? null : { value: asNumber(count.consumedPoints), remainingMs: count.msBeforeNext };
  },
  set: async (key, value, windowMs) => {
    await (await limiter()).set(key, value, seconds(windowMs));
  },
  remove: async (key) => {
    await (await limiter()).delete(key);
  },
});
