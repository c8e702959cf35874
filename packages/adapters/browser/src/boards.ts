import type { Clock } from "@veristep/core";
import { sleep } from "./sleep.js";
import type { Board } from "./turns.js";

/** Marks are locks that no other tab requests. The browser releases those of a page that is closed or crashes. */
export const lockBoard = (locks: Pick<LockManager, "request" | "query">, prefix: string): Board => ({
  lagMs: 0,
  withMark: (mark, work) => locks.request(mark, work),
  marks: async () => {
    const { held = [] } = await locks.query();
    // Who waits for a mark to be gone holds it for a moment as well, but shared.
    return held.flatMap(({ name, mode }) =>
      mode === "exclusive" && name?.startsWith(prefix) === true ? name : [],
    );
  },
  gone: (mark, signal) => locks.request(mark, { mode: "shared", signal }, () => {}),
  takeDown: (mark) => locks.request(mark, { steal: true }, () => {}),
});

/** Marks are keys, which processes of one browser see a moment later each. A crash leaves one behind. */
export const storageBoard = (
  storage: Pick<Storage, "key" | "length" | "getItem" | "setItem" | "removeItem">,
  prefix: string,
  clock: Clock,
): Board => {
  const lagMs = 50;
  return {
    lagMs,
    withMark: async (mark, work) => {
      storage.setItem(mark, "");
      try {
        await work();
      } finally {
        storage.removeItem(mark);
      }
    },
    marks: async () =>
      Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? "").filter((key) =>
        key.startsWith(prefix),
      ),
    gone: async (mark, signal) => {
      while (!signal.aborted && storage.getItem(mark) !== null) await sleep(clock, lagMs, signal);
    },
    takeDown: async (mark) => {
      storage.removeItem(mark);
    },
  };
};
