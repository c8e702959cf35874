import type { EpochMs } from "@veristep/core";

/** Remembers what was taken, so that it isn't taken again. */
export interface ReplayGuard {
  /** Whether it is new; from now on it isn't, for `forMs`. */
  readonly isNew: (id: string, forMs: number) => boolean;
}

/** Only genuine posts get here, so a stranger can't push anything out. */
const MOST_REMEMBERED = 100_000;

export function createReplayGuard(now: () => EpochMs): ReplayGuard {
  const until = new Map<string, EpochMs>();
  return {
    isNew: (id, forMs) => {
      const seenUntil = until.get(id);
      if (seenUntil !== undefined && seenUntil >= now()) return false;
      until.delete(id);
      until.set(id, now() + forMs);
      for (const [oldest, end] of until) {
        if (end >= now() && until.size <= MOST_REMEMBERED) break;
        until.delete(oldest);
      }
      return true;
    },
  };
}
