import {
  parseRecord,
  type PeerNews,
  type VerificationOptions,
  type VerificationUser,
  type VerificationView,
} from "@veristep/core";
import type { Happening, SeenTab } from "../rules/seen.js";
import type { Setting } from "../script/setting.js";
import type { Dice } from "./dice.js";
import type { Network } from "./network.js";
import { createSimulatedPeers } from "./peers.js";
import type { Service } from "./service.js";
import { createSimulatedStore } from "./store.js";
import { openTab, type Tab } from "./tab.js";
import type { DeviceClock, Process, Timeline } from "./timeline.js";

export interface BrowserOptions {
  readonly setting: Setting;
  readonly timeline: Timeline;
  readonly device: DeviceClock;
  readonly network: Network;
  readonly service: Service;
  readonly dice: Dice;
  readonly user: VerificationUser;
  readonly engine: VerificationOptions["engine"];
  readonly tell: (happening: Happening) => void;
}

/** A tab, and what is seen of it. */
export interface OpenTab extends Tab {
  readonly seen: SeenTab;
}

/** A person opens no more tabs than this at a time. */
const MOST_TABS = 3;

/** One browser: its tabs, their store, and what they tell one another. */
export function createBrowser(options: BrowserOptions) {
  const { setting, timeline, device, dice, tell } = options;
  const open: OpenTab[] = [];
  const everSeen = new Map<Process, SeenTab>();
  const seenOf = (process: Process): SeenTab => {
    const seen = everSeen.get(process);
    if (seen === undefined) throw new Error("a process that was never opened");
    return seen;
  };
  let opened = 0;
  /** What a host without a store has kept of `record()`. */
  let keptByHost: string | null = null;

  const store = createSimulatedStore(
    timeline,
    () => (setting.storeMs === 0 ? 0 : dice.between(0, setting.storeMs)),
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
      return dice.pick([[], [1], [dice.between(1, 3_000)], [1, dice.between(1, 3_000)]]);
    },
    events: {
      announced: (by, news) => tell({ kind: "announced", by: by === null ? null : seenOf(by), news }),
      heard: (process, news) => tell({ kind: "heard", tab: seenOf(process), news }),
      overtook: (by) => tell({ kind: "overtook", tab: seenOf(by) }),
    },
  });

  /** Tells once of each tab whether it has a memory of what was done before. */
  const remember = (seen: SeenTab, text: string | null) => {
    if (seen.memory !== "unknown") return;
    const isFirst = seen.name === "tab1";
    tell({ kind: "remembered", tab: seen, memory: isKept(text) ? "kept" : isFirst ? "nothingYet" : "lost" });
  };
  const isKept = (text: string | null): boolean => {
    if (text === null) return false;
    try {
      const stored: unknown = JSON.parse(text);
      return parseRecord(stored, { userId: options.user.id, now: device.now() }).isOk();
    } catch {
      return false;
    }
  };

  const viewed = (tab: Tab, view: VerificationView) => {
    const seen = seenOf(tab.process);
    tell({ kind: "view", tab: seen, view, before: seen.view });
    if (setting.keeps !== "host") return;
    const text = JSON.stringify(tab.flow.record());
    if (text === keptByHost) return;
    keptByHost = text;
    tell({ kind: "stored", text, by: seen });
  };

  return {
    tabs: open as readonly OpenTab[],
    store,
    forge: (userId: number, news: PeerNews) => peers.forge(userId, news),
    /** From now on every piece of news arrives, once and at once. */
    makeNewsReliable: () => {
      newsAreReliable = true;
    },

    /** Opens a tab, which takes up what is kept; nothing, where the person has enough of them. */
    open: () => {
      const most = setting.peers === "none" ? 1 : MOST_TABS;
      if (open.length >= most) return;
      opened += 1;
      const process: Process = { name: `tab${opened}`, alive: true, asleep: "no" };
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
      if (setting.keeps !== "store") remember(seen, setting.keeps === "host" ? keptByHost : null);
      const tab = openTab({
        process,
        timeline,
        device,
        network: options.network,
        dice,
        policy: setting.policy,
        user: options.user,
        timeoutMs: setting.timeoutMs,
        tokenMs: setting.tokenMs,
        store: setting.keeps === "store" ? store.of(process) : null,
        peers: setting.peers === "none" ? null : peers,
        kept: setting.keeps === "host" ? keptByHost : null,
        engine: options.engine,
        events: {
          viewed,
          tokenAsked: ({ process }, reason) => tell({ kind: "tokenAsked", tab: seenOf(process), reason }),
          tokenGiven: ({ process }, isNone) => tell({ kind: "tokenGiven", tab: seenOf(process), isNone }),
          storeFailed: ({ process }) => tell({ kind: "storeFailed", by: seenOf(process) }),
        },
      });
      open.push(Object.assign(tab, { seen }));
      tab.flow.start();
    },

    /** The process is gone: nothing of it runs after this. What it has sent is on its way. */
    kill: (tab: OpenTab) => {
      open.splice(open.indexOf(tab), 1);
      tab.process.alive = false;
      peers.bury(tab.process);
      tell({ kind: "gone", tab: tab.seen, how: "killed" });
    },

    /** The tab is closed properly. */
    close: (tab: OpenTab) => {
      open.splice(open.indexOf(tab), 1);
      tab.flow.suspend();
      tell({ kind: "gone", tab: tab.seen, how: "stopped" });
    },

    /** Looks at every screen that is awake: time alone changes what it shows, and nobody is told of that. */
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
