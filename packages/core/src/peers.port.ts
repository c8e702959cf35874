import type { UserId } from "./verification-api.port.js";

/**
 * A message from one tab to the others. It carries no content: the tab that receives it looks into the store or asks
 * the service itself, so a forged message can cause a look and nothing else (B37).
 */
export type PeerNews =
  /** The record in the store has changed. */
  | "record"
  /** The service may say something new. */
  | "status";

/**
 * The other tabs, windows or workers in which the same user's flow runs over the same store.
 *
 * Methods never throw; a platform that lacks the means does without (B37).
 */
export interface Peers {
  /**
   * Runs a task while no other peer runs one for this user. Waits for its turn, but for a bounded time: after
   * that, the peer ahead counts as dead, and the task runs all the same.
   *
   * @param signal gives up waiting; once the task runs it is the task's own business.
   * @returns what the task gives, or rejects with what it throws; "gaveUp" if the signal came first.
   */
  exclusively<T>(userId: UserId, signal: AbortSignal, task: () => Promise<T>): Promise<T | "gaveUp">;
  /**
   * Tells the other peers of this user. They may hear it late, twice or never.
   *
   * @param teller the listener of the flow that tells. Given it, the other listeners of this very object hear the news
   *   too: two flows of one page share one object.
   */
  announce(userId: UserId, news: PeerNews, teller?: (news: PeerNews) => void): void;
  /** Calls the listener with what other peers of this user tell, and other flows of this object. @returns stops it. */
  listen(userId: UserId, listener: (news: PeerNews) => void): () => void;
}
