import { createSimulatedClock, type SimulatedClock } from "@veristep/core/testing";
import type { Clock } from "@veristep/core";
import type { PeersPlatform } from "@veristep/browser";
import { createFakeLockManager } from "./fake-locks.js";

/** A page that lacks something. */
export const without = (
  page: Required<PeersPlatform>,
  ...names: ReadonlyArray<keyof PeersPlatform>
): PeersPlatform => {
  const lacking: PeersPlatform = { ...page };
  for (const name of names) delete (lacking as Partial<Record<keyof PeersPlatform, unknown>>)[name]; // Its own copy.
  return lacking;
};

export interface FakeTab {
  /** Everything that a page has. */
  readonly platform: Required<PeersPlatform>;
  /** Something happens to its window. */
  readonly dispatch: (type: string, members?: object) => void;
  readonly clock: Clock;
  /** From now on nothing happens in it: what should is kept. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** It is gone, and with it everything that it held. */
  readonly crash: () => void;
}

/** A browser with tabs of one origin, on simulated time: a process for each, so they hear of each other later. */
export interface FakeBrowser {
  readonly clock: SimulatedClock;
  readonly open: () => FakeTab;
  /** Names of the locks that are held. */
  readonly lockNames: () => readonly string[];
}

/** @param delay of each message between processes, in ms. */
export function createFakeBrowser(delay: () => number = () => 1): FakeBrowser {
  const clock = createSimulatedClock();
  const manager = createFakeLockManager();
  /** Each tab's view of `localStorage`, and its listener for changes. */
  const views = new Map<
    string,
    { texts: Map<string, string>; change: (key: string, to: string | null) => void }
  >();
  const channels = new Set<{ name: string; tab: string; hear: (data: unknown) => void }>();
  let opened = 0;

  /** Messages of one direction arrive in order. */
  const line = () => {
    const waiting: Array<() => void> = [];
    let last = Number.NEGATIVE_INFINITY;
    return (message: () => void) => {
      waiting.push(message);
      const at = Math.max(last, clock.now() + delay());
      last = at;
      clock.schedule(() => waiting.shift()?.(), at - clock.now());
    };
  };

  const open = (): FakeTab => {
    const id = `tab-${(opened += 1)}`;
    let state: "running" | "frozen" | "gone" = "running";
    let kept: Array<() => void> = [];
    /** Runs a function in the tab. */
    const happen = (what: () => void) => {
      if (state === "running") what();
      else if (state === "frozen") kept.push(what);
    };
    const [up, down] = [line(), line()];
    const pipe = {
      send: up,
      receive: (message: () => void) => {
        down(() => {
          happen(message);
        });
      },
    };

    const events = new EventTarget();
    const texts = new Map<string, string>([...views.values()][0]?.texts ?? []);
    const change = (key: string, newValue: string | null) => {
      if (newValue === null) texts.delete(key);
      else texts.set(key, newValue);
      happen(() => events.dispatchEvent(Object.assign(new Event("storage"), { key, newValue })));
    };
    views.set(id, { texts, change });
    const spread = new Map<string, ReturnType<typeof line>>();
    const write = (key: string, to: string | null) => {
      if (to === null) texts.delete(key);
      else texts.set(key, to);
      for (const [other, view] of views) {
        if (other === id) continue;
        if (!spread.has(other)) spread.set(other, line());
        spread.get(other)?.(() => {
          view.change(key, to);
        });
      }
    };

    class Channel {
      readonly #entry;
      #out = line();
      #listeners: Array<(event: MessageEvent) => void> = [];
      constructor(readonly name: string) {
        const hear = (data: unknown) => {
          happen(() => {
            if (!channels.has(this.#entry)) return;
            for (const listener of this.#listeners) listener(new MessageEvent("message", { data }));
          });
        };
        this.#entry = { name, tab: id, hear };
        channels.add(this.#entry);
      }
      postMessage(data: unknown) {
        if (!channels.has(this.#entry)) throw new DOMException("closed", "InvalidStateError");
        for (const other of channels) {
          if (other !== this.#entry && other.name === this.name)
            this.#out(() => {
              other.hear(data);
            });
        }
      }
      addEventListener(_type: string, listener: (event: MessageEvent) => void) {
        this.#listeners.push(listener);
      }
      close() {
        channels.delete(this.#entry);
      }
    }

    const platform: Required<PeersPlatform> = {
      addEventListener: (type, listener) => {
        events.addEventListener(type, listener);
      },
      removeEventListener: (type, listener) => {
        events.removeEventListener(type, listener);
      },
      navigator: { locks: manager.locksOf(id, pipe) },
      // The slice of it that is used.
      BroadcastChannel: Channel as unknown as NonNullable<PeersPlatform["BroadcastChannel"]>,
      localStorage: {
        get length() {
          return texts.size;
        },
        key: (at: number) => [...texts.keys()][at] ?? null,
        getItem: (key: string) => texts.get(key) ?? null,
        setItem: (key: string, text: string) => {
          write(key, text);
        },
        removeItem: (key: string) => {
          write(key, null);
        },
      },
    };
    return {
      platform,
      dispatch: (type, members = {}) => {
        events.dispatchEvent(Object.assign(new Event(type), members));
      },
      clock: {
        now: () => clock.now(),
        schedule: (wake, delayMs) => {
          let isCancelled = false;
          const cancel = clock.schedule(() => {
            happen(() => {
              if (!isCancelled) wake();
            });
          }, delayMs);
          return () => {
            isCancelled = true;
            cancel();
          };
        },
      },
      freeze: () => {
        if (state === "running") state = "frozen";
      },
      thaw: () => {
        if (state !== "frozen") return;
        state = "running";
        const due = kept;
        kept = [];
        // One task after the other, as an event loop does.
        for (const what of due)
          clock.schedule(() => {
            happen(what);
          }, 0);
      },
      crash: () => {
        state = "gone";
        kept = [];
        views.delete(id);
        for (const channel of channels) if (channel.tab === id) channels.delete(channel);
        manager.forget(id);
      },
    };
  };

  return { clock, open, lockNames: () => manager.held().map(({ name }) => name) };
}
