import type { Clock } from "@veristep/core";
import type { Count, Counters } from "./counters.port.js";

/** A count that can be undone. */
export interface Held extends Count {
  /** Undoes the count. Never rejects: if the counters fail, the count stays. */
  readonly giveBack: () => Promise<void>;
}

/** Nearer than this to its end, a count is not touched: by then it may be the next one under the same key. */
const MARGIN_MS = 1_000;

const givingBack = (
  clock: Clock,
  remainingMs: number,
  undo: () => Promise<unknown>,
): (() => Promise<void>) => {
  const until = clock.now() + remainingMs - MARGIN_MS;
  return async () => {
    if (clock.now() >= until) return;
    try {
      await undo();
    } catch {
      // The store is down: the count stays, which allows too little rather than too much.
    }
  };
};

/** Counts one more. */
export async function countOne(
  counters: Counters,
  clock: Clock,
  key: string,
  windowMs: number,
): Promise<Held> {
  const { value, remainingMs } = await counters.add(key, 1, windowMs);
  return {
    value,
    remainingMs,
    giveBack: givingBack(clock, remainingMs, () => counters.add(key, -1, windowMs)),
  };
}

/** Takes a place that only one can have, for `windowMs`; `isMine` tells whether this call got it. */
export async function takePlace(
  counters: Counters,
  clock: Clock,
  key: string,
  windowMs: number,
): Promise<Held & { readonly isMine: boolean }> {
  const { value, remainingMs } = await counters.add(key, 1, windowMs);
  return {
    value,
    remainingMs,
    isMine: value === 1,
    giveBack: givingBack(clock, remainingMs, () => counters.remove(key)),
  };
}
