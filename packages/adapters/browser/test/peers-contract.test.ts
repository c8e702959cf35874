import { browserPeers, type PeersPlatform } from "@veristep/browser";
import { createRandomSource, peersContract, type PeersContractWorld } from "@veristep/core/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFakeBrowser, without } from "./support/fake-browser.js";

/** The parts of the platform that a page has. */
const platforms: Record<string, (page: Required<PeersPlatform>) => PeersPlatform> = {
  "Web Locks and BroadcastChannel": (page) => page,
  "Web Locks and storage events": (page) => without(page, "BroadcastChannel"),
  "keys in localStorage and BroadcastChannel": (page) => without(page, "navigator"),
  "keys in localStorage and its events": (page) => without(page, "navigator", "BroadcastChannel"),
  "Web Locks and Node's own BroadcastChannel": (page) => ({ ...page, BroadcastChannel }),
};

const createWorld = (reduce: (page: Required<PeersPlatform>) => PeersPlatform): PeersContractWorld => {
  const browser = createFakeBrowser();
  const peers = () => {
    const { platform, clock } = browser.open();
    return browserPeers({ clock }, reduce(platform));
  };
  return {
    first: peers(),
    second: peers(),
    settle: async () => {
      await browser.clock.advance(1_000);
      // For Node's own channels, which are on no simulated clock.
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    },
  };
};

beforeEach(() => {
  vi.spyOn(Math, "random").mockImplementation(createRandomSource(1));
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(Object.entries(platforms))("B37: peers over %s keep the contract", (_name, reduce) => {
  test.each(peersContract)("$name", async ({ run }) => {
    await expect(run(createWorld(reduce))).resolves.toBeUndefined();
  });
});

describe("B37: peers over a platform that has nothing, or forbids everything", () => {
  const forbidden = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  const forbidding: PeersPlatform = {
    navigator: {
      locks: { request: () => Promise.reject(new DOMException("no", "SecurityError")), query: forbidden },
    },
    get BroadcastChannel() {
      return forbidden();
    },
    get localStorage() {
      return forbidden();
    },
  };
  const { navigator: _, ...withoutLocks } = Object.getOwnPropertyDescriptors(forbidding);
  const cases: Record<string, PeersPlatform> = {
    nothing: {},
    "no Web Locks, and nothing allowed": Object.defineProperties({}, withoutLocks),
    "nothing allowed": forbidding,
  };

  test.each(Object.entries(cases))(
    "%s: runs every task at once, and sends no news",
    async (_name, platform) => {
      const [first, second] = [browserPeers({}, platform), browserPeers({}, platform)];
      const { signal } = new AbortController();
      let end = () => {};
      const held = first.exclusively(7, signal, () => new Promise<void>((resolve) => (end = resolve)));
      expect(await second.exclusively(7, signal, () => Promise.resolve("done"))).toBe("done");
      await expect(second.exclusively(7, signal, () => Promise.reject(new Error("no")))).rejects.toThrow(
        "no",
      );
      const runs: string[] = [];
      const task = async () => runs.push("ran");
      expect(await second.exclusively(7, AbortSignal.abort(), task)).toBe("gaveUp");
      expect(runs).toEqual([]);
      end();
      await held;

      const heard: string[] = [];
      const stop = second.listen(7, (news) => heard.push(news));
      first.announce(7, "record");
      stop();
      expect(heard).toEqual([]);
    },
  );
});
