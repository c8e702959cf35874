import type { Clock, EpochMs } from "../clock.port.js";

/** A clock that a test owns. Elapsed time and wall-clock time are apart, as on a real machine. */
export interface SimulatedClock extends Clock {
  /**
   * Lets `ms` of time elapse: wakes what was scheduled, in order, and lets promises settle in between.
   * The wall clock advances too.
   */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock, forwards or backwards. No time elapses: nothing that was scheduled wakes up. */
  setTime(at: EpochMs): void;
  /** How many wake-ups are scheduled: 0 after a flow that left nothing running. */
  readonly pending: number;
  /** Lets everything that is ready to run settle, without any time elapsing. */
  settle(): Promise<void>;
}

/** Node's own way to the next turn costs a tenth of the way that every platform has. */
const nextTurn: unknown = Reflect.get(globalThis, "setImmediate");

/** One turn of the real event loop: every promise that is ready has settled after it. No timer is involved. */
const turn = () =>
  new Promise<void>((resolve) => {
    if (typeof nextTurn === "function") {
      nextTurn(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });

/** A call of an in-process API passes a few promises and streams on its way. */
const settle = async () => {
  for (let turns = 0; turns < 3; turns += 1) await turn();
};

/**
 * @param startAt the wall-clock time at the start, in epoch ms; 2026-01-01T10:00:00Z if left out.
 */
export function createSimulatedClock(startAt: EpochMs = Date.UTC(2026, 0, 1, 10)): SimulatedClock {
  let elapsed = 0;
  let wallOffset = startAt;
  let order = 0;
  const wakes = new Map<number, { readonly dueAt: number; readonly wake: () => void }>();

  const nextDue = (until: number) => {
    let next: [number, { dueAt: number; wake: () => void }] | undefined;
    for (const entry of wakes) {
      if (entry[1].dueAt > until) continue;
      if (next === undefined || entry[1].dueAt < next[1].dueAt) next = entry;
    }
    return next;
  };

  return {
    now: () => wallOffset + elapsed,
    schedule: (wake, delayMs) => {
      const id = order++;
      wakes.set(id, { dueAt: elapsed + Math.max(0, delayMs), wake });
      return () => {
        wakes.delete(id);
      };
    },
    setTime: (at) => {
      wallOffset = at - elapsed;
    },
    get pending() {
      return wakes.size;
    },
    settle,
    advance: async (ms) => {
      const until = elapsed + ms;
      await settle();
      for (let next = nextDue(until); next !== undefined; next = nextDue(until)) {
        const [id, { dueAt, wake }] = next;
        wakes.delete(id);
        elapsed = Math.max(elapsed, dueAt);
        wake();
        await settle();
      }
      elapsed = until;
      await settle();
    },
  };
}
