import type { RecordStore, StoreFailure, UserId } from "@veristep/core";
import { err, ok, ResultAsync, type Result } from "neverthrow";
import type { Process, Timeline } from "./timeline.js";

/** How a store misbehaves: it fails, or it doesn't answer. */
type StoreTrouble = StoreFailure["kind"] | "hangs" | null;

export interface StoreEvents {
  /** Another record is in the store; null for none. */
  changed(text: string | null, by: Process | null): void;
  loaded(text: string | null, by: Process): void;
  /** A call failed, or will get no answer. */
  failed(by: Process): void;
}

/** The store of all tabs of a browser. */
export interface SimulatedStore {
  /** The store for one tab. Answers are lost with the tab. */
  of(process: Process): RecordStore;
  trouble: StoreTrouble;
  readonly text: string | null;
  /** Whether a call is under way. */
  readonly isBusy: boolean;
  /** Replaces the record. */
  overwrite(text: string | null): void;
}

/** @param takesMs how long a call takes: half of it until it is done, half until its answer is there. */
export function createSimulatedStore(
  timeline: Timeline,
  takesMs: () => number,
  events: StoreEvents,
): SimulatedStore {
  let trouble: StoreTrouble = null;
  const kept = new Map<UserId, string>();
  /** Calls are carried out in the order in which they were made. */
  let lastDoneAt = 0;
  let underWay = 0;

  const change = (userId: UserId, text: string | null, by: Process | null) => {
    if (text === null) kept.delete(userId);
    else kept.set(userId, text);
    events.changed(text, by);
  };

  const answer = <T>(process: Process, act: () => Result<T, StoreFailure>): ResultAsync<T, StoreFailure> => {
    const perform = (): Result<T, StoreFailure> => {
      if (trouble === null) return act();
      events.failed(process);
      return err({ kind: trouble === "hangs" ? "unavailable" : trouble });
    };
    if (trouble === "hangs") {
      events.failed(process);
      return new ResultAsync(new Promise(() => {}));
    }
    const ms = takesMs();
    if (ms === 0 && underWay === 0) return new ResultAsync(Promise.resolve(perform()));
    const result = new Promise<Result<T, StoreFailure>>((resolve) => {
      lastDoneAt = Math.max(lastDoneAt, timeline.elapsed + ms / 2);
      underWay += 1;
      const carryOut = () => {
        underWay -= 1;
        const done = perform();
        timeline.plan(ms / 2, () => resolve(done), process);
      };
      // A write is carried out even if its process is gone.
      timeline.plan(lastDoneAt - timeline.elapsed, carryOut, null);
    });
    return new ResultAsync(result);
  };

  const parsed = (text: string): Result<unknown, StoreFailure> => {
    try {
      const value: unknown = JSON.parse(text);
      return ok(value);
    } catch {
      return err({ kind: "damaged" });
    }
  };

  return {
    of: (process) => ({
      load: (userId) =>
        answer<unknown>(process, () => {
          const text = kept.get(userId) ?? null;
          events.loaded(text, process);
          return text === null ? ok(null) : parsed(text);
        }),
      save: (record) => {
        const text = JSON.stringify(record);
        return answer(process, () => ok(change(record.userId, text, process)));
      },
      remove: (userId) => answer(process, () => ok(change(userId, null, process))),
    }),
    get trouble() {
      return trouble;
    },
    set trouble(next) {
      trouble = next;
    },
    get isBusy() {
      return underWay > 0;
    },
    get text() {
      return [...kept.values()][0] ?? null;
    },
    overwrite: (text) => {
      const [userId] = kept.keys();
      if (userId !== undefined) change(userId, text, null);
    },
  };
}
