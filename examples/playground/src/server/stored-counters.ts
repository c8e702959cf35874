import type { Clock } from "@veristep/core";
import type { Counters } from "@veristep/gateway";

interface Entry {
  readonly value: number;
  /** In epoch ms. */
  readonly until: number;
}

/** Where the counts are kept. */
export interface CountsKeeper {
  readonly load: () => Promise<ReadonlyMap<string, Entry> | undefined>;
  readonly save: (entries: ReadonlyMap<string, Entry>) => Promise<void>;
}

/**
 * Keeps the gateway's counts over a restart of the server, which is what closing the last tab is. A real server has
 * `redisCounters` or `postgresCounters` for this.
 */
export async function storedCounters(
  keeper: CountsKeeper,
  clock: Clock,
): Promise<Counters & { readonly clear: () => void }> {
  const entries = new Map(await keeper.load());
  const live = (key: string) => {
    const entry = entries.get(key);
    return entry === undefined || entry.until <= clock.now() ? null : entry;
  };
  const put = (key: string, entry: Entry) => {
    for (const [old, { until }] of entries) if (until <= clock.now()) entries.delete(old);
    entries.set(key, entry);
    void keeper.save(entries);
    return { value: entry.value, remainingMs: entry.until - clock.now() };
  };
  return {
    add: async (key, points, windowMs) => {
      const { value, until } = live(key) ?? { value: 0, until: clock.now() + windowMs };
      return put(key, { value: value + points, until });
    },
    read: async (key) => {
      const entry = live(key);
      return entry === null ? null : { value: entry.value, remainingMs: entry.until - clock.now() };
    },
    set: async (key, value, windowMs) => {
      put(key, { value, until: clock.now() + windowMs });
    },
    remove: async (key) => {
      entries.delete(key);
      void keeper.save(entries);
    },
    clear: () => {
      entries.clear();
      void keeper.save(entries);
    },
  };
}
