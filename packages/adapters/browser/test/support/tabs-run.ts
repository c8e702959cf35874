import { createRandomSource } from "@veristep/core/testing";
import { browserPeers, type PeersPlatform } from "@veristep/browser";
import { createFakeBrowser } from "./fake-browser.js";

export const DEAD_AFTER_MS = 30_000;

export interface Ask {
  readonly tab: number;
  readonly at: number;
  readonly lastsMs: number;
  readonly givesUpAfterMs: number | null;
  readonly fails: boolean;
}

export interface Death {
  readonly tab: number;
  readonly at: number;
  /** Null: it crashes, and doesn't come back. */
  readonly thawsAfterMs: number | null;
}

/** How a request for a turn ended. Times are ms after the start. */
export interface Asked extends Ask {
  begun: number | null;
  ended: number;
  /** How often the task was called. */
  runs: number;
  /** Whether it was called after its signal had come. */
  ranAfterGivingUp: boolean;
  outcome: unknown;
}

/**
 * Tabs that ask for turns, freeze and crash, on simulated time with delays between their processes.
 *
 * @returns what became of each ask that its tab lived to make, and how many timers are left.
 */
export async function runTabs(
  { asks, deaths, seed }: { asks: readonly Ask[]; deaths: readonly Death[]; seed: number },
  reduce: (page: Required<PeersPlatform>) => PeersPlatform,
  forMs: number,
): Promise<{ asked: readonly Asked[]; timersLeft: number }> {
  const random = createRandomSource(seed);
  const { clock, open } = createFakeBrowser(() => Math.trunc(random() * 12));
  const start = clock.now();
  const tabs = [open(), open(), open(), open()];
  const peers = tabs.map((tab) =>
    browserPeers({ clock: tab.clock, deadAfterMs: DEAD_AFTER_MS }, reduce(tab.platform)),
  );
  const asked: Asked[] = [];

  const wait = async (one: Asked) => {
    const giveUp = new AbortController();
    const own = tabs[one.tab]?.clock ?? clock;
    if (one.givesUpAfterMs !== null) {
      own.schedule(() => {
        giveUp.abort();
      }, one.givesUpAfterMs);
    }
    const task = () =>
      new Promise<Asked>((resolve, reject) => {
        one.runs += 1;
        one.ranAfterGivingUp = giveUp.signal.aborted;
        one.begun = clock.now() - start;
        own.schedule(() => {
          one.ended = clock.now() - start;
          if (one.fails) reject(new Error("fails"));
          else resolve(one);
        }, one.lastsMs);
      });
    try {
      const outcome = await peers[one.tab]?.exclusively(7, giveUp.signal, task);
      one.outcome = outcome === one ? "done" : outcome;
    } catch (error) {
      one.outcome = error instanceof Error ? error.message : error;
    }
  };

  for (const ask of asks) {
    tabs[ask.tab]?.clock.schedule(() => {
      const one: Asked = {
        ...ask,
        at: clock.now() - start,
        begun: null,
        ended: Number.POSITIVE_INFINITY,
        runs: 0,
        ranAfterGivingUp: false,
        outcome: "waiting",
      };
      asked.push(one);
      void wait(one);
    }, ask.at);
  }
  for (const { tab, at, thawsAfterMs } of deaths) {
    clock.schedule(() => {
      if (thawsAfterMs === null) tabs[tab]?.crash();
      else tabs[tab]?.freeze();
    }, at);
    if (thawsAfterMs !== null) clock.schedule(() => tabs[tab]?.thaw(), at + thawsAfterMs);
  }
  await clock.advance(forMs);
  return { asked, timersLeft: clock.pending };
}
