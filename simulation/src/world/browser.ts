import { parseRecord, type VerificationOptions, type VerificationUser } from "@veristep/core";
import type { Happening, SeenTab } from "../rules/seen.js";
import type { Setting } from "../script/script.js";
import type { Chance } from "./chance.js";
import type { Network } from "./network.js";
import { createSimulatedPeers } from "./peers.js";
import { createSimulatedStore } from "./store.js";
import { openTab, type Tab } from "./tab.js";
import type { DeviceClock, Process, Timeline } from "./timeline.js";

export interface BrowserOptions {
  readonly setting: Setting;
  readonly timeline: Timeline;
  readonly device: DeviceClock;
  readonly network: Network;
  readonly chance: Chance;
  readonly user: VerificationUser;
  readonly engine: VerificationOptions["engine"];
  readonly tell: (happening: Happening) => void;
}

/** A tab, and what is seen of it. */
export interface OpenTab extends Tab {
  readonly seen: SeenTab;
}

/** The most tabs that a user opens. */
const MOST_TABS = 3;

/** One browser: its tabs, their store, and their messages. */
export function createBrowser(options: BrowserOptions) {
  const { setting, timeline, device, chance, tell } = options;
  const open: OpenTab[] = [];
  const everSeen = new Map<Process, SeenTab>();
  const seenOf = (process: Process): SeenTab => {
    const seen = everSeen.get(process);
    if (seen === undefined) throw new Error("a process that was never opened");
    return seen;
  };
  /** The last `record()` that a host without a store has kept. */
  let keptByHost: string | null = null;

  /** Reports once for each tab whether it knows what was done before. */
  const remember = (seen: SeenTab, text: string | null) => {
    if (seen.memory !== "unknown") return;
    const isFirst = seen.name === "tab1";
    tell({ kind: "remembered", tab: seen, memory: isValid(text) ? "kept" : isFirst ? "nothingYet" : "lost" });
  };
  const isValid = (text: string | null): boolean => {
    if (text === null) return false;
    try {
      const stored: unknown = JSON.parse(text);
      return parseRecord(stored, { userId: options.user.id, now: device.now() }).isOk();
    } catch {
      return false;
    }
  };

  const store = createSimulatedStore(
    timeline,
    () => (setting.storeMs === 0 ? 0 : chance.between(0, setting.storeMs)),
    {
      changed: (text, by) => tell({ kind: "stored", text, by: by === null ? null : seenOf(by) }),
      loaded: (text, by) => remember(seenOf(by), text),
      failed: (by) => {
        remember(seenOf(by), null);
        tell({ kind: "storeFailed", by: seenOf(by) });
      },
    },
  );

  let newsAreReliable = setting.peers !== "poor";
  const peers = createSimulatedPeers({
    timeline,
    deadAfterMs: setting.deadAfterMs,
    turnsDieWithTheirTab: setting.peers !== "poor",
    deliveries: () => {
      if (newsAreReliable) return [1];
      return chance.pick([[], [1], [chance.between(1, 3_000)], [1, chance.between(1, 3_000)]]);
    },
    announced: (by, news) => tell({ kind: "announced", by: by === null ? null : seenOf(by), news }),
    overtook: (by) => tell({ kind: "overtook", tab: seenOf(by) }),
  });

  return {
    tabs: open as readonly OpenTab[],
    store,
    forge: peers.forge,
    /** From now on every message arrives, once and at once. */
    makeNewsReliable: () => {
      newsAreReliable = true;
    },

    /** Opens a tab, unless there are enough. */
    open: () => {
      if (open.length >= (setting.peers === "none" ? 1 : MOST_TABS)) return;
      const process: Process = { name: `tab${everSeen.size + 1}`, alive: true, asleep: "no" };
      const seen: SeenTab = {
        process,
        name: process.name,
        openedAt: timeline.elapsed,
        memory: "unknown",
        view: null,
        viewedAt: 0,
        requests: [],
        asked: null,
        submission: null,
        endedAt: null,
      };
      everSeen.set(process, seen);
      tell({ kind: "opened", tab: seen });
      const kept = setting.keeps === "host" ? keptByHost : null;
      if (setting.keeps !== "store") remember(seen, kept);
      const tab = openTab({
        ...options,
        ...setting,
        process,
        store: setting.keeps === "store" ? store.of(process) : null,
        peers: setting.peers === "none" ? null : peers,
        kept,
        events: {
          viewed: ({ flow }, view) => {
            tell({ kind: "view", tab: seen, view, before: seen.view });
            if (setting.keeps !== "host") return;
            const text = JSON.stringify(flow.record());
            if (text === keptByHost) return;
            keptByHost = text;
            tell({ kind: "stored", text, by: seen });
          },
          tokenAsked: (reason) => tell({ kind: "tokenAsked", tab: seen, reason }),
          tokenGiven: (isNone) => tell({ kind: "tokenGiven", tab: seen, isNone }),
          storeFailed: () => tell({ kind: "storeFailed", by: seen }),
          answeredLate: () => tell({ kind: "late", tab: seen }),
        },
      });
      open.push(Object.assign(tab, { seen }));
      tab.flow.start();
    },

    /** Ends a process at once. Its requests still reach the service. */
    kill: (tab: OpenTab) => {
      open.splice(open.indexOf(tab), 1);
      tab.process.alive = false;
      peers.bury(tab.process);
      tell({ kind: "gone", tab: tab.seen, how: "killed" });
    },

    /** Closes a tab properly. */
    close: (tab: OpenTab) => {
      open.splice(open.indexOf(tab), 1);
      tab.flow.suspend();
      tell({ kind: "gone", tab: tab.seen, how: "stopped" });
    },

    /** Looks at every screen that is awake: time alone changes what it shows. */
    look: () => {
      for (const { flow, process, seen } of open) {
        if (process.asleep !== "no" || seen.view === null || seen.viewedAt === device.now()) continue;
        tell({ kind: "view", tab: seen, view: flow.view(), before: seen.view });
      }
      tell({ kind: "looked" });
    },
  };
}

export type Browser = ReturnType<typeof createBrowser>;
