import type { RecordStore, StoreFailure, UserId } from "@veristep/core";
import { err, ok, ResultAsync, type Result } from "neverthrow";
import type { Process, Timeline } from "./timeline.js";

/** How a store misbehaves: it fails, or it doesn't answer. */
export type StoreTrouble = StoreFailure["kind"] | "hangs" | null;

export interface StoreEvents {
  /** The record in the store is another one now; null for none. */
  changed(text: string | null, by: Process | null): void;
  /** A process is given what is kept. */
  loaded(text: string | null, by: Process): void;
  /** Something that was asked of the store was not done, or was done after the process had given up. */
  failed(by: Process): void;
}

/** What all tabs of a browser keep records in. */
export interface SimulatedStore {
  /** What a tab sees of it. What it is told is lost with it. */
  of(process: Process): RecordStore;
  trouble: StoreTrouble;
  readonly text: string | null;
  /** Whether it is carrying out something that was asked of it. */
  readonly isBusy: boolean;
  /** Somebody else writes into it. */
  overwrite(text: string | null): void;
}

/**
 * @param takesMs how long one call takes; half of it until it is done, half until that is known.
 */
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
    return new ResultAsync(
      new Promise((resolve) => {
        const doneAt = Math.max(lastDoneAt, timeline.elapsed + ms / 2);
        lastDoneAt = doneAt;
        underWay += 1;
        // A write goes on when the process that asked for it is gone.
        timeline.plan(
          doneAt - timeline.elapsed,
          () => {
            underWay -= 1;
            const result = perform();
            timeline.plan(ms / 2, () => resolve(result), process);
          },
          null,
        );
      }),
    );
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
          const text = kept.get(userId);
          events.loaded(text ?? null, process);
          return text === undefined ? ok(null) : parsed(text);
        }),
      save: (record) => {
        const text = JSON.stringify(record);
        return answer<void>(process, () => {
          change(record.userId, text, process);
          return ok(undefined);
        });
      },
      remove: (userId) =>
        answer<void>(process, () => {
          change(userId, null, process);
          return ok(undefined);
        }),
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
