import type { PeerNews, Peers } from "../peers.port.js";
import type { UserId } from "../verification-api.port.js";

/** The tabs of one browser, in one process. */
export interface FakeTabs {
  /** One more tab. */
  open(): Peers;
  /** News that no tab of ours has told: a forger's. */
  forge(userId: UserId, news: PeerNews): void;
}

/** Tabs whose turns come in the order in which they asked, and whose news arrive in a microtask. */
export function createFakeTabs(): FakeTabs {
  interface Listening {
    readonly tab: Peers | null;
    readonly userId: UserId;
    readonly hear: (news: PeerNews) => void;
  }
  const listening = new Set<Listening>();
  const turns = new Map<UserId, Promise<unknown>>();

  const tell = (from: Peers | null, userId: UserId, news: PeerNews, teller?: (news: PeerNews) => void) => {
    for (const one of listening) {
      const isOwn = one.tab === from && (teller === undefined || one.hear === teller);
      if (one.userId !== userId || isOwn) continue;
      queueMicrotask(() => {
        if (listening.has(one)) one.hear(news);
      });
    }
  };

  return {
    open: () => {
      const tab: Peers = {
        exclusively: <T>(userId: UserId, signal: AbortSignal, task: () => Promise<T>) => {
          const before = turns.get(userId) ?? Promise.resolve();
          const turn = before.then<T | "gaveUp">(() => (signal.aborted ? "gaveUp" : task()));
          let hasBegun = false;
          void before.then(() => (hasBegun = true));
          turns.set(
            userId,
            turn.catch(() => {}),
          );
          const gaveUp = new Promise<"gaveUp">((resolve) => {
            signal.addEventListener("abort", () => {
              if (!hasBegun) resolve("gaveUp");
            });
          });
          return Promise.race([turn, gaveUp]);
        },
        announce: (userId, news, teller) => {
          tell(tab, userId, news, teller);
        },
        listen: (userId, hear) => {
          const one = { tab, userId, hear };
          listening.add(one);
          return () => {
            listening.delete(one);
          };
        },
      };
      return tab;
    },
    forge: (userId, news) => {
      tell(null, userId, news);
    },
  };
}
