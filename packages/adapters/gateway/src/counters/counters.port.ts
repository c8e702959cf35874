/*
 * The counts that limits are made of. One process keeps them in memory; several share a Redis or a Postgres.
 */

/** A count that exists. */
export interface Count {
  readonly value: number;
  /** Until the count is forgotten, in ms. */
  readonly remainingMs: number;
}

/**
 * Stores numbers by key, each with its own expiry. Every method is atomic across all processes that share the
 * store, and rejects when the store can't be reached.
 */
export interface Counters {
  /**
   * Adds to a count atomically, and returns the new count. A count that doesn't exist begins at 0, and is
   * forgotten `windowMs` later; adding to one that exists doesn't prolong it.
   *
   * @param points an integer; negative to undo a count.
   * @param windowMs at least 1. A store may round it up to the next second.
   */
  add(key: string, points: number, windowMs: number): Promise<Count>;
  /** Returns a count, or null if it doesn't exist. */
  read(key: string): Promise<Count | null>;
  /** Replaces a count, which is forgotten `windowMs` from now. */
  set(key: string, value: number, windowMs: number): Promise<void>;
  /** Forgets a count. */
  remove(key: string): Promise<void>;
}
