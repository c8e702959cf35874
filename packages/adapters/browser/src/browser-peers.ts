import { systemClock, type Clock, type PeerNews, type Peers, type UserId } from "@veristep/core";
import { lockBoard, storageBoard } from "./boards.js";
import { openWire, type Wire } from "./news.js";
import type { PeersPlatform } from "./peers-platform.js";
import { inTurn, type Board } from "./turns.js";

const NEWS = ["record", "status"] as const satisfies readonly PeerNews[];

export interface BrowserPeersOptions {
  /**
   * The time in ms after which a tab that is at work counts as dead although it answers. One that doesn't answer,
   * because it is frozen or gone, counts as dead after 3 s. It must be longer than work lasts: `@veristep/http` allows
   * 10 s for a call, and the flow 2 s for each of three visits to its store.
   *
   * @defaultValue 30,000
   */
  readonly deadAfterMs?: number | undefined;
  /** @defaultValue the machine's own clock */
  readonly clock?: Clock | undefined;
}

interface Line {
  readonly listeners: Set<{ readonly hear: (news: PeerNews) => void }>;
  /** Null while the page is away. */
  wire: Wire<PeerNews> | null;
  readonly end: () => void;
}

/**
 * The other tabs, windows and workers of this browser, over Web Locks and `BroadcastChannel`. To be made once in
 * each.
 *
 * Where there are no Web Locks (on http other than localhost; Safari before 15.4), keys in `localStorage` take
 * their place, and where there is no `BroadcastChannel`, its `storage` events. A platform that has or allows
 * none of this runs every task at once and sends no news.
 *
 * A tab that comes back from the back/forward cache may have missed something: its listeners hear "record".
 */
export function browserPeers(
  { deadAfterMs = 30_000, clock = systemClock }: BrowserPeersOptions = {},
  platform: PeersPlatform = globalThis,
): Peers {
  const lines = new Map<UserId, Line>();
  /** Whose tasks run in this page: it may not hear itself. */
  const atWork = new Set<UserId>();
  /** The name of locks, keys and channels. They hold nothing else about the user. */
  const nameOf = (userId: UserId) => `veristep/${JSON.stringify(userId)}`;

  const boardOf = (prefix: string): Board | null => {
    try {
      const { locks } = platform.navigator ?? {};
      if (locks !== undefined) return lockBoard(locks, prefix);
      return platform.localStorage === undefined ? null : storageBoard(platform.localStorage, prefix, clock);
    } catch {
      return null;
    }
  };

  const openLine = (userId: UserId): Line => {
    const listeners: Line["listeners"] = new Set();
    const hear = (news: PeerNews) => {
      for (const listener of listeners) listener.hear(news);
    };
    const open = () => openWire(platform, nameOf(userId), NEWS, hear);
    // An open channel can keep a page out of the back/forward cache.
    const leave = () => {
      line.wire?.close();
      line.wire = null;
    };
    const comeBack = (event: Event) => {
      line.wire ??= open();
      if ((event as PageTransitionEvent).persisted) hear("record"); // The type of a "pageshow" event.
    };
    platform.addEventListener?.("pagehide", leave);
    platform.addEventListener?.("pageshow", comeBack);
    const line: Line = {
      listeners,
      wire: open(),
      end: () => {
        leave();
        platform.removeEventListener?.("pagehide", leave);
        platform.removeEventListener?.("pageshow", comeBack);
        lines.delete(userId);
      },
    };
    lines.set(userId, line);
    return line;
  };

  return {
    exclusively: async (userId, signal, task) => {
      const prefix = `${nameOf(userId)}/`;
      const board = boardOf(prefix);
      if (board === null) return signal.aborted ? "gaveUp" : task();
      let answers = 0;
      let isWorking = false;
      const wire = openWire(
        platform,
        `veristep-turn/${JSON.stringify(userId)}`,
        ["ask", "atWork"],
        (text) => {
          if (text === "atWork") answers += 1;
          else if (isWorking) say("atWork");
        },
      );
      const say = (text: "ask" | "atWork"): boolean => {
        try {
          wire?.send(text);
          return wire !== null;
        } catch {
          // A storage that is full: no other tab hears it.
          return false;
        }
      };
      const work = async () => {
        isWorking = true;
        atWork.add(userId);
        say("atWork");
        try {
          return await task();
        } finally {
          isWorking = false;
          atWork.delete(userId);
        }
      };
      const life = { ask: () => say("ask"), answers: () => (atWork.has(userId) ? (answers += 1) : answers) };
      try {
        return await inTurn(board, { prefix, clock, deadAfterMs, life }, signal, work);
      } finally {
        wire?.close();
      }
    },

    announce: (userId, news, teller) => {
      // A channel doesn't bring news to other flows of the page that it comes from.
      const here = teller === undefined ? undefined : lines.get(userId)?.listeners;
      for (const listener of here ?? []) {
        if (listener.hear === teller) continue;
        queueMicrotask(() => {
          if (here?.has(listener)) listener.hear(news);
        });
      }
      // Through the line that this page hears, which doesn't hear itself.
      const kept = lines.get(userId)?.wire ?? null;
      const wire = kept ?? openWire(platform, nameOf(userId), NEWS, () => {});
      try {
        wire?.send(news);
      } catch {
        // A storage that is full or forbidden: the others hear nothing.
      }
      if (kept === null) wire?.close();
    },

    listen: (userId, listener) => {
      const line = lines.get(userId) ?? openLine(userId);
      const hearing = { hear: listener };
      line.listeners.add(hearing);
      return () => {
        if (line.listeners.delete(hearing) && line.listeners.size === 0) line.end();
      };
    },
  };
}
