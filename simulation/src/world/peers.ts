import type { PeerNews, Peers, UserId } from "@veristep/core";
import type { Process, Timeline } from "./timeline.js";

interface PeersEvents {
  announced(by: Process | null, news: PeerNews): void;
  heard(process: Process, news: PeerNews): void;
  /** A peer took its turn while another one had it, whom it took for dead. */
  overtook(by: Process): void;
}

export interface PeersOptions {
  readonly timeline: Timeline;
  /** After so long a wait, whoever is ahead is taken for dead. */
  readonly deadAfterMs: number;
  /** Whether a turn ends with the process that had it, as with Web Locks. Without, the others wait. */
  readonly turnsDieWithTheirTab: boolean;
  /** After how long each copy of a piece of news arrives: none, one or two. */
  readonly deliveries: () => readonly number[];
  readonly events: PeersEvents;
}

/** The tabs of one browser. */
export interface SimulatedPeers {
  of(process: Process): Peers;
  /** Somebody else in the same origin tells something. */
  forge(userId: UserId, news: PeerNews): void;
  /** A process is gone. */
  bury(process: Process): void;
}

interface Waiting {
  readonly process: Process;
  readonly begin: () => void;
}

interface Listening {
  readonly process: Process;
  readonly userId: UserId;
  readonly hear: (news: PeerNews) => void;
}

export function createSimulatedPeers(options: PeersOptions): SimulatedPeers {
  const { timeline, events } = options;
  const listening = new Set<Listening>();
  const queues = new Map<UserId, { holder: Waiting | null; readonly waiting: Waiting[] }>();

  const queueOf = (userId: UserId) => {
    const queue = queues.get(userId) ?? { holder: null, waiting: [] };
    queues.set(userId, queue);
    return queue;
  };

  /** Whoever waited is told in a turn of its own: it may be asleep, or gone by then. */
  const next = (userId: UserId) => {
    const queue = queueOf(userId);
    if (queue.holder !== null) return;
    const holder = queue.waiting.shift() ?? null;
    queue.holder = holder;
    if (holder !== null) timeline.plan(0, () => holder.begin(), holder.process);
  };

  const release = (userId: UserId, one: Waiting) => {
    const queue = queueOf(userId);
    if (queue.holder === one) queue.holder = null;
    next(userId);
  };

  const tell = (from: Process | null, userId: UserId, news: PeerNews) => {
    events.announced(from, news);
    for (const one of listening) {
      if (one.userId !== userId || one.process === from) continue;
      for (const ms of options.deliveries()) {
        timeline.plan(
          ms,
          () => {
            if (!listening.has(one)) return;
            events.heard(one.process, news);
            one.hear(news);
          },
          one.process,
        );
      }
    }
  };

  const exclusively = <T>(process: Process, userId: UserId, signal: AbortSignal, task: () => Promise<T>) =>
    new Promise<T | "gaveUp">((resolve, reject) => {
      if (signal.aborted) {
        resolve("gaveUp");
        return;
      }
      const queue = queueOf(userId);
      const leave = () => {
        const at = queue.waiting.indexOf(one);
        if (at !== -1) queue.waiting.splice(at, 1);
      };
      let isOver = false;
      const giveUp = () => {
        isOver = true;
        leave();
        cancelWait();
        resolve("gaveUp");
        if (queue.holder === one) release(userId, one);
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
            release(userId, one);
          }
        };
        void run();
      };
      const one: Waiting = { process, begin };
      const cancelWait = timeline.plan(
        options.deadAfterMs,
        () => {
          leave();
          events.overtook(process);
          queue.holder = one;
          begin();
        },
        process,
        "timer",
      );
      signal.addEventListener("abort", giveUp);
      if (queue.holder === null && queue.waiting.length === 0) {
        queue.holder = one;
        begin();
      } else queue.waiting.push(one);
    });

  return {
    of: (process) => ({
      exclusively: (userId, signal, task) => exclusively(process, userId, signal, task),
      announce: (userId, news) => tell(process, userId, news),
      listen: (userId, hear) => {
        const one: Listening = { process, userId, hear };
        listening.add(one);
        return () => {
          listening.delete(one);
        };
      },
    }),
    forge: (userId, news) => tell(null, userId, news),
    bury: (process) => {
      for (const one of listening) if (one.process === process) listening.delete(one);
      for (const [userId, queue] of queues) {
        const left = queue.waiting.filter((one) => one.process !== process);
        queue.waiting.splice(0, queue.waiting.length, ...left);
        if (queue.holder?.process === process && options.turnsDieWithTheirTab) {
          queue.holder = null;
          next(userId);
        }
      }
    },
  };
}
