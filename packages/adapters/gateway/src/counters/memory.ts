import type { Clock } from "@veristep/core";
import { serverClock } from "../server-clock.js";
import type { Counters } from "./counters.port.js";

interface Entry {
  value: number;
  readonly until: number;
}

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
  let sweeping = false;

  const sweep = () => {
    const now = clock.now();
    for (const [key, { until }] of entries) if (until <= now) entries.delete(key);
    sweeping = entries.size > 0;
    if (sweeping) clock.schedule(sweep, SWEEP_MS);
  };
  const live = (key: string, now: number): Entry | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.until > now ? entry : undefined;
  };
  const put = (key: string, value: number, windowMs: number, now: number) => {
    entries.set(key, { value, until: now + windowMs });
    if (sweeping) return;
    sweeping = true;
    clock.schedule(sweep, SWEEP_MS);
  };

  return {
    add: async (key, points, windowMs) => {
      const now = clock.now();
      const entry = live(key, now);
      if (entry === undefined) {
        put(key, points, windowMs, now);
        return { value: points, remainingMs: windowMs };
      }
      entry.value += points;
      return { value: entry.value, remainingMs: entry.until - now };
    },
    read: async (key) => {
      const now = clock.now();
      const entry = live(key, now);
      return entry === undefined ? null : { value: entry.value, remainingMs: entry.until - now };
    },
    set: async (key, value, windowMs) => {
      put(key, value, windowMs, clock.now());
    },
    remove: async (key) => {
      entries.delete(key);
    },
  };
}
