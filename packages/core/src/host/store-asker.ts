import type { ResultAsync } from "neverthrow";
import type { Clock } from "../clock.port.js";
import type { StoreFailure } from "../record-store.port.js";

/**
 * How long a request waits for the store: one that hangs counts as one that fails (B36). Each request waits for it two
 * or three times, so a store that has hung gets less time until it answers again.
 */
const PATIENCE_MS = { usual: 2_000, afterHanging: 100 };

/** Asks a store something. Gives what it answered; undefined where it failed, or took too long. */
export type AskStore = <T>(answer: () => ResultAsync<T, StoreFailure>) => Promise<T | undefined>;

/** @param onFailure runs for each failure, and for each answer that took too long. */
export function createStoreAsker(clock: Clock, onFailure: (failure: StoreFailure) => void): AskStore {
  let patienceMs = PATIENCE_MS.usual;

  return async <T>(answer: () => ResultAsync<T, StoreFailure>) => {
    let cancel = () => {};
    const tooLong = new Promise<undefined>((resolve) => {
      const giveUp = () => {
        patienceMs = PATIENCE_MS.afterHanging;
        onFailure({ kind: "unavailable" });
        resolve(undefined);
      };
      cancel = clock.schedule(() => {
        // After a suspension, the timer fires before the answer is seen: the answer gets one more turn of the event loop.
        cancel = clock.schedule(giveUp, 0);
      }, patienceMs);
    });
    const asked = answer().match<T | undefined>(
      (value) => {
        patienceMs = PATIENCE_MS.usual;
        return value;
      },
      (failure) => {
        patienceMs = PATIENCE_MS.usual;
        onFailure(failure);
        return undefined;
      },
    );
    const given = await Promise.race([asked, tooLong]);
    cancel();
    return given;
  };
}
