import { browserPeers, type PeersPlatform } from "@veristep/browser";
import { createRandomSource } from "@veristep/core/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFakeBrowser, without, type FakeTab } from "./support/fake-browser.js";

const never = () => new AbortController().signal;

const withLocks = (page: Required<PeersPlatform>): PeersPlatform => page;
const withKeys = (page: Required<PeersPlatform>) => without(page, "navigator");

const createTabs = (reduce: (page: Required<PeersPlatform>) => PeersPlatform = withLocks) => {
  const browser = createFakeBrowser();
  const { clock } = browser;
  const open = () => {
    const tab = browser.open();
    return { ...tab, peers: browserPeers({ clock: tab.clock }, reduce(tab.platform)) };
  };
  /** Works for this long, on the tab's own time. @returns when it began, and what became of it. */
  const work = (
    tab: ReturnType<typeof open>,
    lastsMs: number,
    { signal = never(), fails = false }: { signal?: AbortSignal; fails?: boolean } = {},
  ) => {
    const from = clock.now();
    const seen: { begun: number | null; runs: number; outcome: string } = {
      begun: null,
      runs: 0,
      outcome: "pending",
    };
    const task = () =>
      new Promise<string>((resolve, reject) => {
        seen.begun = clock.now() - from;
        seen.runs += 1;
        tab.clock.schedule(() => {
          if (fails) reject(new Error("its own"));
          else resolve("done");
        }, lastsMs);
      });
    const ask = async () => {
      try {
        seen.outcome = await tab.peers.exclusively(7, signal, task);
      } catch (error) {
        seen.outcome = `rejects: ${String(error)}`;
      }
    };
    void ask();
    return seen;
  };
  return { browser, clock, open, work };
};

const MINUTES = 600_000;

beforeEach(() => {
  vi.spyOn(Math, "random").mockImplementation(createRandomSource(1));
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("B37: a tab that is frozen while it is at work", () => {
  test.each([
    ["Web Locks", withLocks],
    ["keys in localStorage", withKeys],
  ])("over %s: delays the others by 3 s, once, and ends well itself when it wakes up", async (_, reduce) => {
    const { browser, clock, open, work } = createTabs(reduce);
    const [frozen, second, third] = [open(), open(), open()];
    const cut = work(frozen, 1_000);
    await clock.advance(500);
    frozen.freeze();
    const waiting = [work(second, 1_000), work(third, 1_000)];
    await clock.advance(2_000);
    expect(waiting.map(({ begun }) => begun)).toEqual([null, null]);
    await clock.advance(10_000);
    expect(waiting.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    const [earlier = 0, later = 0] = waiting.map(({ begun }) => begun ?? 0).sort((a, b) => a - b);
    expect(earlier).toBeGreaterThanOrEqual(3_000);
    expect(later).toBeGreaterThanOrEqual(earlier + 1_000);
    expect(later).toBeLessThan(6_000);

    // The other tabs don't wait a second time.
    const afterwards = work(third, 0);
    await clock.advance(1_000);
    expect(afterwards.begun).toBeLessThan(200);

    expect(cut.outcome).toBe("pending");
    frozen.thaw();
    await clock.advance(1_000);
    expect(cut.outcome).toBe("done");
    const awake = work(frozen, 0);
    await clock.advance(1_000);
    expect(awake.outcome).toBe("done");
    expect([browser.lockNames(), clock.pending]).toEqual([[], 0]);
  });

  test.each([
    ["goes on", 20_000],
    ["is over", 1_000],
  ])(
    "a tab that is frozen on its way to work takes its turn again, once, when it wakes up while the other's %s",
    async (_, lastsMs) => {
      const { clock, open, work } = createTabs();
      const [frozen, second] = [open(), open()];
      const late = work(frozen, 1_000);
      // Its mark is up, and it doesn't know yet.
      await clock.advance(1);
      frozen.freeze();
      const other = work(second, lastsMs);
      await clock.advance(8_000);
      expect(other.begun).toBeGreaterThanOrEqual(3_000);
      expect(late.runs).toBe(0);
      frozen.thaw();
      await clock.advance(10_000);
      expect(late.runs).toBe(other.outcome === "done" ? 1 : 0);
      await clock.advance(20_000);
      expect([other.outcome, late.outcome, late.runs]).toEqual(["done", "done", 1]);
    },
  );

  test("rejects with its own reason when its tab was considered dead before", async () => {
    const { clock, open, work } = createTabs();
    const [slow, second] = [open(), open()];
    const rejecting = work(slow, 60_000, { fails: true });
    const waiting = work(second, 0);
    await clock.advance(31_000);
    expect(waiting.outcome).toBe("done");
    expect(rejecting.outcome).toBe("pending");
    await clock.advance(MINUTES);
    expect(rejecting.outcome).toBe("rejects: Error: its own");
  });
});

describe("a lock that the browser has forgotten to free (B37)", () => {
  // https://github.com/supabase/supabase-js/issues/2013
  test("delays the others by 3 s: no tab answers for it", async () => {
    const { clock, open, work } = createTabs();
    const [tab, other] = [open(), open()];
    void tab.platform.navigator.locks
      ?.request("veristep/7/1-2-3", () => new Promise(() => {}))
      .catch(() => {});
    await clock.advance(100);
    const waiting = [work(tab, 1_000), work(other, 1_000)];
    await clock.advance(2_000);
    expect(waiting.map(({ begun }) => begun)).toEqual([null, null]);
    await clock.advance(4_000);
    expect(waiting.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  });

  test.each([
    ["in another tab", false],
    ["in the same tab", true],
  ])("isn't assumed while a tab works for long and answers, %s", async (_, isSame) => {
    for (const reduce of [withLocks, withKeys]) {
      const { clock, open, work } = createTabs(reduce);
      const slow = open();
      const long = work(slow, 20_000);
      await clock.advance(500);
      const waiting = work(isSame ? slow : open(), 0);
      await clock.advance(19_000);
      expect(waiting.begun).toBeNull();
      await clock.advance(3_000);
      expect([long.outcome, waiting.outcome]).toEqual(["done", "done"]);
    }
  });
});

describe("B37: a tab that is gone", () => {
  test("over Web Locks, doesn't delay the others", async () => {
    const { clock, open, work } = createTabs();
    const [gone, second] = [open(), open()];
    work(gone, 60_000);
    await clock.advance(500);
    const waiting = work(second, 0);
    await clock.advance(500);
    gone.crash();
    await clock.advance(100);
    expect(waiting.outcome).toBe("done");
  });

  test("over keys in localStorage, delays the others by 3 s, and its key is cleared away", async () => {
    const { clock, open, work } = createTabs(withKeys);
    const [gone, second] = [open(), open()];
    work(gone, 1_000);
    await clock.advance(500);
    gone.crash();
    expect(second.platform.localStorage.length).toBe(1);
    const waiting = work(second, 0);
    await clock.advance(2_000);
    expect(waiting.begun).toBeNull();
    await clock.advance(2_000);
    expect(waiting.outcome).toBe("done");
    expect(second.platform.localStorage.length).toBe(0);
  });

  test("delays the others by 3 s however many tabs are gone", async () => {
    const { clock, open, work } = createTabs(withKeys);
    const survivor = open();
    for (let tab = 0; tab < 10; tab += 1) survivor.platform.localStorage.setItem(`veristep/7/1-2-${tab}`, "");
    await clock.advance(500);
    const [second, third] = [work(open(), 1_000), work(survivor, 1_000)];
    await clock.advance(2_000);
    expect([second.begun, third.begun]).toEqual([null, null]);
    await clock.advance(6_000);
    expect([second.outcome, third.outcome]).toEqual(["done", "done"]);
    expect([survivor.platform.localStorage.length, clock.pending]).toEqual([0, 0]);
  });

  test("doesn't delay the others when it was waiting, even if it is frozen", async () => {
    const { clock, open, work } = createTabs();
    const [first, gone, frozen, second] = [open(), open(), open(), open()];
    work(first, 2_000);
    await clock.advance(500);
    work(gone, 0);
    const waiting = work(frozen, 0);
    await clock.advance(500);
    gone.crash();
    frozen.freeze();
    const next = work(second, 0);
    await clock.advance(2_000);
    expect(next.outcome).toBe("done");
    frozen.thaw();
    await clock.advance(2_000);
    expect(waiting.outcome).toBe("done");
  });
});

describe("B37: tabs that waited for the same dead one", () => {
  test("don't consider each other dead: https://github.com/supabase/supabase-js/pull/2178", async () => {
    const { clock, open, work } = createTabs();
    const [frozen, ...others] = [open(), open(), open(), open()] as const;
    work(frozen, 1_000);
    await clock.advance(500);
    frozen.freeze();
    const waiting = others.map((tab) => work(tab, 20_000));
    await clock.advance(MINUTES);
    const begun = waiting.map((one) => one.begun ?? 0).sort((a, b) => a - b);
    const [first = 0, second = 0, third = 0] = begun;
    expect(first).toBeLessThan(4_000);
    expect(second - first).toBeGreaterThanOrEqual(20_000);
    expect(third - second).toBeGreaterThanOrEqual(20_000);
    expect(third).toBeLessThan(75_000);
  });
});

describe("B14: who gives up waiting", () => {
  const ways: Array<[string, (page: Required<PeersPlatform>) => PeersPlatform]> = [
    ["Web Locks", withLocks],
    ["keys in localStorage", withKeys],
  ];

  test.each(ways)("over %s: leaves no timer, and no place in a queue", async (_, reduce) => {
    const { browser, clock, open, work } = createTabs(reduce);
    const [first, second] = [open(), open()];
    work(first, 20_000);
    await clock.advance(500);
    const giveUp = new AbortController();
    const waiting = work(second, 0, { signal: giveUp.signal });
    await clock.advance(500);
    const before = browser.clock.pending;
    giveUp.abort();
    await clock.settle();
    expect(waiting.outcome).toBe("gaveUp");
    await clock.advance(50);
    expect(browser.clock.pending).toBeLessThan(before);
    // Only the first tab's work is left.
    expect(browser.clock.pending).toBe(1);
  });

  test("over keys in localStorage: learns that before its own key has reached the others", async () => {
    const { clock, open, work } = createTabs(withKeys);
    const only = open();
    const giveUp = new AbortController();
    const asked = work(only, 0, { signal: giveUp.signal });
    await clock.settle();
    giveUp.abort();
    await clock.settle();
    expect([asked.outcome, asked.begun]).toEqual(["gaveUp", null]);
    expect([clock.pending, only.platform.localStorage.length]).toEqual([0, 0]);
  });
});

describe("B30, B37: what others can see of it", () => {
  const heldKeys = ({ platform: { localStorage } }: FakeTab) =>
    Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? "").map((key) => [
      key,
      localStorage.getItem(key),
    ]);

  test("is a lock or a key with the user's id and random numbers, while it is at work", async () => {
    const locks = createTabs();
    locks.work(locks.open(), 1_000);
    await locks.clock.advance(500);
    expect(locks.browser.lockNames()).toEqual([expect.stringMatching(/^veristep\/7\/\d+-\d+-\d+$/)]);

    const keys = createTabs(withKeys);
    const tab = keys.open();
    keys.work(tab, 1_000);
    await keys.clock.advance(500);
    expect(heldKeys(tab)).toEqual([[expect.stringMatching(/^veristep\/7\/\d+-\d+-\d+$/), ""]]);
    await keys.clock.advance(1_000);
    expect(heldKeys(tab)).toEqual([]);
  });

  test("foreign locks and keys are no marks", async () => {
    for (const reduce of [withLocks, withKeys]) {
      const { clock, open, work } = createTabs(reduce);
      const tab = open();
      for (const name of ["veristep/7", "veristep/71/1-2-3", "veristep/record/7", "other"]) {
        tab.platform.localStorage.setItem(name, "");
        void tab.platform.navigator.locks?.request(name, () => new Promise(() => {}));
      }
      await clock.advance(100);
      const mine = work(tab, 0);
      await clock.advance(100);
      expect(mine.outcome).toBe("done");
    }
  });
});

describe("B36, B37: a storage or a lock manager that fails", () => {
  test.each(["setItem", "key", "removeItem"] as const)(
    "%s that throws: the task runs once",
    async (method) => {
      const { clock, open } = createTabs();
      const { platform, clock: own } = open();
      const { localStorage } = platform;
      const failing = () => {
        throw new DOMException("no", "QuotaExceededError");
      };
      const broken: PeersPlatform = {
        localStorage: {
          getItem: localStorage.getItem,
          setItem: localStorage.setItem,
          removeItem: localStorage.removeItem,
          key: localStorage.key,
          length: 1,
          [method]: failing,
        },
      };
      let runs = 0;
      const task = async () => (runs += 1);
      const asked = browserPeers({ clock: own }, broken).exclusively(7, never(), task);
      await clock.advance(1_000);
      expect(await asked).toBe(1);
      expect(runs).toBe(1);
    },
  );

  test("query that rejects: the task runs once", async () => {
    const { clock, open } = createTabs();
    const { platform, clock: own } = open();
    const { locks } = platform.navigator;
    if (locks === undefined) throw new Error("no locks");
    const query = () => Promise.reject(new DOMException("no", "SecurityError"));
    const peers = browserPeers({ clock: own }, { navigator: { locks: { request: locks.request, query } } });
    let runs = 0;
    const asked = peers.exclusively(7, never(), async () => (runs += 1));
    await clock.advance(1_000);
    expect(await asked).toBe(1);
  });

  test.each(["request", "query"] as const)("runs the task once when %s never settles", async (method) => {
    const { clock, open } = createTabs();
    const { platform, clock: own } = open();
    const { locks } = platform.navigator;
    if (locks === undefined) throw new Error("no locks");
    const stuck = { request: locks.request, query: locks.query, [method]: () => new Promise(() => {}) };
    const peers = browserPeers({ clock: own }, { navigator: { locks: stuck } });
    let runs = 0;
    const asked = peers.exclusively(7, never(), async () => (runs += 1));
    await clock.advance(5_900);
    expect(runs).toBe(0);
    await clock.advance(200);
    expect(await asked).toBe(1);
    expect(clock.pending).toBe(0);
  });

  // https://github.com/w3c/web-locks/issues/78
  test("request that returns nothing and never calls back: the task runs once", async () => {
    const { clock, open } = createTabs();
    const { clock: own } = open();
    // A loop of microtasks would never let a test end, so this one stops it.
    let requests = 0;
    const request = () => {
      requests += 1;
      if (requests > 50) throw new Error("asked without end");
    };
    const query = async () => ({ held: [], pending: [] });
    // As a broken platform has it: the types promise a promise.
    const locks = { request, query } as unknown as LockManager;
    const peers = browserPeers({ clock: own }, { navigator: { locks } });
    let runs = 0;
    const asked = peers.exclusively(7, never(), async () => (runs += 1));
    await clock.advance(1_000);
    expect(await asked).toBe(1);
    expect([runs, requests]).toEqual([1, 2]);
  });

  test("a dead tab's lock that can't be taken down delays others once: the task runs", async () => {
    const { clock, open } = createTabs();
    const { platform, clock: own } = open();
    const { locks } = platform.navigator;
    if (locks === undefined) throw new Error("no locks");
    let queries = 0;
    const query = async () => {
      queries += 1;
      if (queries > 200) throw new Error("asked without end");
      const held = [{ name: "veristep/7/orphan", mode: "exclusive" as const, clientId: "gone" }];
      return { held, pending: [] };
    };
    const peers = browserPeers({ clock: own }, { navigator: { locks: { request: locks.request, query } } });
    let runs = 0;
    const asked = peers.exclusively(7, never(), async () => (runs += 1));
    await clock.advance(40_000);
    expect(await asked).toBe(1);
    expect(queries).toBeLessThan(200);
  });
});
