import { browserPeers, type PeersPlatform } from "@veristep/browser";
import { describe, expect, test } from "vitest";
import { createFakeBrowser, without } from "./support/fake-browser.js";

const createTab = (reduce: (page: Required<PeersPlatform>) => PeersPlatform = (page) => page) => {
  const browser = createFakeBrowser();
  const [tab, other] = [browser.open(), browser.open()];
  const peers = browserPeers({ clock: tab.clock }, reduce(tab.platform));
  const heard: string[] = [];
  const stop = peers.listen(7, (news) => heard.push(news));
  return {
    ...tab,
    peers,
    heard,
    stop,
    other: browserPeers({ clock: other.clock }, reduce(other.platform)),
    /** A forged message to the tab. */
    forge: (message: unknown) => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A channel is one origin's.
      new other.platform.BroadcastChannel("veristep/7").postMessage(message);
    },
    tap: () => {
      const seen: unknown[] = [];
      const channel = new other.platform.BroadcastChannel("veristep/7");
      channel.addEventListener("message", ({ data }: MessageEvent) => seen.push(data));
      return seen;
    },
    otherStorage: other.platform.localStorage,
    settle: () => browser.clock.advance(100),
  };
};

const overStorage = (page: Required<PeersPlatform>) => without(page, "BroadcastChannel");

const foreign = [
  "verified",
  "Record",
  "record ",
  "",
  "x".repeat(1_000_000),
  null,
  undefined,
  7,
  true,
  ["record"],
  { type: "record" },
  new Map([["news", "record"]]),
  new Error("record"),
];

describe("B37: news", () => {
  test("are one word each, on a channel that is named after the user's id", async () => {
    const { peers, tap, settle } = createTab();
    const seen = tap();
    peers.announce(7, "record");
    peers.announce(7, "status");
    peers.announce(8, "status");
    await settle();
    expect(seen).toEqual(["record", "status"]);
  });

  test("that are forged cause a look, and anything else on the channel causes nothing", async () => {
    const { heard, forge, settle } = createTab();
    for (const message of foreign) forge(message);
    await settle();
    expect(heard).toEqual([]);
    forge("status");
    await settle();
    expect(heard).toEqual(["status"]);
  });

  test("over storage leave no key, and foreign keys and texts cause nothing", async () => {
    const { peers, heard, other, otherStorage, platform, dispatch, settle } = createTab(overStorage);
    for (const text of foreign) dispatch("storage", { key: "veristep/7", newValue: text });
    for (const key of ["veristep/8", "veristep/record/7", "other", null])
      dispatch("storage", { key, newValue: "record" });
    expect(heard).toEqual([]);
    other.announce(7, "record");
    peers.announce(7, "status");
    await settle();
    expect(heard).toEqual(["record"]);
    expect([platform.localStorage.length, otherStorage.length]).toEqual([0, 0]);
  });

  test("reach no tab and throw nothing when the storage is full", async () => {
    const { settle, other, heard } = createTab((page) => ({
      ...overStorage(page),
      localStorage: {
        ...page.localStorage,
        setItem: () => {
          throw new DOMException("full", "QuotaExceededError");
        },
      },
    }));
    other.announce(7, "record");
    await settle();
    expect(heard).toEqual([]);
  });
});

describe("B37: a page in the back/forward cache", () => {
  test.each([
    ["BroadcastChannel", (page: Required<PeersPlatform>): PeersPlatform => page],
    ["storage events", overStorage],
  ])("over %s: has nothing open, and looks for what it missed when it comes back", async (_, reduce) => {
    const { heard, stop, other, dispatch, settle } = createTab(reduce);
    dispatch("pagehide", { persisted: true });
    other.announce(7, "status");
    await settle();
    expect(heard).toEqual([]);
    dispatch("pageshow", { persisted: true });
    expect(heard).toEqual(["record"]);
    other.announce(7, "status");
    await settle();
    expect(heard).toEqual(["record", "status"]);
    stop();
    dispatch("pageshow", { persisted: true });
    other.announce(7, "status");
    await settle();
    expect(heard).toEqual(["record", "status"]);
  });

  test("tells what still happens in it while it is being left", async () => {
    const { peers, other, heard: own, dispatch, settle } = createTab();
    const heard: string[] = [];
    other.listen(7, (news) => heard.push(news));
    dispatch("pagehide", { persisted: true });
    peers.announce(7, "record");
    await settle();
    expect([heard, own]).toEqual([["record"], []]);
  });

  test("a page that is shown for the first time hears nothing from that, and listens once", async () => {
    const { heard, other, dispatch, settle } = createTab();
    dispatch("pageshow", { persisted: false });
    expect(heard).toEqual([]);
    other.announce(7, "status");
    await settle();
    expect(heard).toEqual(["status"]);
  });
});

describe("B14: what is left when the last listener is gone", () => {
  test("is no channel and no event listener", async () => {
    const browser = createFakeBrowser();
    const { platform, clock } = browser.open();
    const open = new Set<object>();
    const listening = new Map<string, number>();
    const count = (type: string, by: number) => listening.set(type, (listening.get(type) ?? 0) + by);
    class Counted extends platform.BroadcastChannel {
      constructor(name: string) {
        super(name);
        open.add(this);
        const { close } = this;
        this.close = () => {
          close.call(this);
          open.delete(this);
        };
      }
    }
    const peers = browserPeers(
      { clock },
      {
        BroadcastChannel: Counted,
        addEventListener: (type) => count(type, 1),
        removeEventListener: (type) => count(type, -1),
      },
    );
    const stops = [7, 7, 8].map((userId) => peers.listen(userId, () => {}));
    expect(open.size).toBe(2);
    expect([...listening]).toEqual([
      ["pagehide", 2],
      ["pageshow", 2],
    ]);
    peers.announce(9, "record");
    for (const stop of stops) stop();
    expect(open.size).toBe(0);
    expect([...listening.values()]).toEqual([0, 0]);
  });
});
