import type { Clock } from "@veristep/core";
import { serverClock } from "../server-clock.js";
import type { Counters } from "./counters.port.js";

/** `until` is in ms after the first use of the counters: V8 stores a small integer in half the space of a time. */
interface Entry {
  value: number;
  readonly until: number;
}

/** V8 gives all objects of one form boxed numbers as soon as one of them needs it: large values get their own form. */
const entryOf = (value: number, until: number): Entry =>
  Math.abs(value) < 2 ** 30 ? { value, until } : { until, value };

/** Between two looks for what has expired, in ms. */
const SWEEP_MS = 30_000;

/**
 * Keeps counts in the memory of this process. For one process: several would each allow the whole limit.
 *
 * Counts that have expired are dropped within 30 s, also when no request comes. Nothing else is dropped: a
 * count that is evicted under pressure would be a limit that an attacker can lift.
 */
export function memoryCounters(clock: Clock = serverClock): Counters {
  const entries = new Map<string, Entry>();
  const startedAt = clock.now();
  // V8 keeps the difference of two large numbers as a boxed one; `floor` makes it a small integer again.
  const elapsed = () => Math.floor(clock.now() - startedAt);
  let sweeping = false;

  const sweep = () => {
    const now = elapsed();
    for (const [key, { until }] of entries) if (until <= now) entries.delete(key);
    sweeping = entries.size > 0;
    if (sweeping) clock.schedule(sweep, SWEEP_MS);
  };
  const live = (key: string, now: number): Entry | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.until > now ? entry : undefined;
  };
  const put = (key: string, value: number, windowMs: number, now: number) => {
    // A flat copy: a key that was put together would keep its parts, and `join` returns a single part as it is.
    entries.set([key.charAt(0), key.slice(1)].join(""), entryOf(value, now + windowMs));
    if (sweeping) return;
    sweeping = true;
    clock.schedule(sweep, SWEEP_MS);
  };

  return {
    add: async (key, points, windowMs) => {
      const now = elapsed();
      const entry = live(key, now);
      if (entry === undefined) {
        put(key, points, windowMs, now);
        return { value: points, remainingMs: windowMs };
      }
      entry.value += points;
      // An entry whose points were all returned needs no memory.
      if (entry.value === 0) entries.delete(key);
      return { value: entry.value, remainingMs: entry.until - now };
    },
    read: async (key) => {
      const now = elapsed();
      const entry = live(key, now);
      return entry === undefined ? null : { value: entry.value, remainingMs: entry.until - now };
    },
    set: async (key, value, windowMs) => {
      put(key, value, windowMs, elapsed());
    },
    remove: async (key) => {
      entries.delete(key);
    },
  };
}
