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
 * Methods never throw. On a platform without the means, they do nothing (B37).
 */
export interface Peers {
  /**
   * Runs a task while no other peer runs one for this user. Waits for its turn for a bounded time: after
   * that, the peer ahead counts as dead, and the task runs anyway.
   *
   * @param signal ends the wait for the turn. It doesn't end a running task.
   * @returns the result of the task, or rejects with its error; "gaveUp" if the signal aborted the wait.
   */
  exclusively<T>(userId: UserId, signal: AbortSignal, task: () => Promise<T>): Promise<T | "gaveUp">;
  /**
   * Announces news to the other peers of this user. They may get it late, twice or never.
   *
   * @param teller the listener of the announcing flow. With it, the other listeners of this object get the news
   *   too, because two flows of one page share one object.
   */
  announce(userId: UserId, news: PeerNews, teller?: (news: PeerNews) => void): void;
  /** Calls the listener with news of this user's other peers and of other flows of this object. @returns stops it. */
  listen(userId: UserId, listener: (news: PeerNews) => void): () => void;
}
