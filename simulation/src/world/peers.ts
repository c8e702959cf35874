import type { PeerNews, Peers, UserId } from "@veristep/core";
import type { Process, Timeline } from "./timeline.js";

export interface PeersOptions {
  readonly timeline: Timeline;
  /** After this time a waiting tab considers the tab ahead of it dead, in ms. */
  readonly deadAfterMs: number;
  /** Whether a turn ends with its process, as with Web Locks. Otherwise the others wait. */
  readonly turnsDieWithTheirTab: boolean;
  /** After which times the copies of a message arrive: none, one or two. */
  readonly deliveries: () => readonly number[];
  readonly announced: (by: Process | null, news: PeerNews) => void;
  /** Called when a tab takes its turn while another one has it, which it considers dead. */
  readonly overtook: (by: Process) => void;
}

/** The tabs of one browser. */
export interface SimulatedPeers {
  of(process: Process): Peers;
  /** Another page of the same origin sends a message. */
  readonly forge: (userId: UserId, news: PeerNews) => void;
  /** A process is gone. */
  bury(process: Process): void;
}

interface Waiting {
  readonly process: Process;
  readonly begin: () => void;
}

export function createSimulatedPeers(options: PeersOptions): SimulatedPeers {
  const { timeline } = options;
  const listening = new Set<{
    readonly process: Process;
    readonly userId: UserId;
    readonly hear: (news: PeerNews) => void;
  }>();
  const waiting: Waiting[] = [];
  let holder: Waiting | null = null;

  /** The next tab gets its turn in a separate event: it may be asleep, or gone by then. */
  const next = () => {
    if (holder !== null) return;
    const following = waiting.shift() ?? null;
    holder = following;
    if (following !== null) timeline.plan(0, () => following.begin(), following.process);
  };
  const release = (one: Waiting) => {
    if (holder === one) holder = null;
    next();
  };
  const leave = (one: Waiting) => {
    const at = waiting.indexOf(one);
    if (at !== -1) waiting.splice(at, 1);
  };

  const tell = (from: Process | null, userId: UserId, news: PeerNews) => {
    options.announced(from, news);
    for (const one of listening) {
      if (one.userId !== userId || one.process === from) continue;
      for (const ms of options.deliveries())
        timeline.plan(
          ms,
          () => {
            if (listening.has(one)) one.hear(news);
          },
          one.process,
        );
    }
  };

  const exclusively = <T>(process: Process, signal: AbortSignal, task: () => Promise<T>) =>
    new Promise<T | "gaveUp">((resolve, reject) => {
      if (signal.aborted) {
        resolve("gaveUp");
        return;
      }
      let isOver = false;
      const giveUp = () => {
        isOver = true;
        leave(one);
        cancelWait();
        resolve("gaveUp");
        if (holder === one) release(one);
      };
      const begin = () => {
        if (isOver) return;
        isOver = true;
        cancelWait();
        signal.removeEventListener("abort", giveUp);
        const run = async () => {
          try {
            resolve(await task());
          } catch (error) {
            reject(error instanceof Error ? error : new Error("a task threw something else than an Error"));
          } finally {
            release(one);
          }
        };
        void run();
      };
      const one: Waiting = { process, begin };
      const overtake = () => {
        leave(one);
        options.overtook(process);
        holder = one;
        begin();
      };
      const cancelWait = timeline.plan(options.deadAfterMs, overtake, process, "timer");
      signal.addEventListener("abort", giveUp);
      if (holder === null && waiting.length === 0) {
        holder = one;
        begin();
      } else waiting.push(one);
    });

  return {
    of: (process) => ({
      exclusively: (_userId, signal, task) => exclusively(process, signal, task),
      announce: (userId, news) => tell(process, userId, news),
      listen: (userId, hear) => {
        const one = { process, userId, hear };
        listening.add(one);
        return () => {
          listening.delete(one);
        };
      },
    }),
    forge: (userId, news) => tell(null, userId, news),
    bury: (process) => {
      for (const one of listening) if (one.process === process) listening.delete(one);
      for (const one of waiting.filter((other) => other.process === process)) leave(one);
      if (holder?.process === process && options.turnsDieWithTheirTab) {
        holder = null;
        next();
      }
    },
  };
}
