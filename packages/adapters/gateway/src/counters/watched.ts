import type { Clock } from "@veristep/core";
import type { Counters } from "./counters.port.js";

/** The shared counts can't be reached. */
export class CountersDown extends Error {
  override readonly name = "CountersDown";
}

/**
 * Gives each call of shared counters a deadline, and notices when they go down and come back.
 *
 * @param onChange hears of each change, once.
 */
export function watchedCounters(
  counters: Counters,
  {
    clock,
    timeoutMs,
    onChange,
  }: {
    readonly clock: Clock;
    readonly timeoutMs: number;
    readonly onChange: (isDown: boolean) => void;
  },
): Counters {
  let isDown = false;
  let failures = 0;
  const turn = (down: boolean) => {
    if (isDown === down) return;
    isDown = down;
    onChange(down);
  };
  const bounded = <T>(call: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const seen = failures;
      const fail = () => {
        failures += 1;
        turn(true);
        // Without a cause: what a client of a store throws can quote its password.
        reject(new CountersDown("The counters can't be reached"));
      };
      const cancel = clock.schedule(fail, timeoutMs);
      const run = async () => {
        try {
          const value = await call();
          // A call that began before the last failure doesn't show that the counters work now.
          if (seen === failures) turn(false);
          resolve(value);
        } catch {
          fail();
        } finally {
          cancel();
        }
      };
      void run();
    });
  return {
    add: (...call) => bounded(() => counters.add(...call)),
    read: (...call) => bounded(() => counters.read(...call)),
    set: (...call) => bounded(() => counters.set(...call)),
    remove: (...call) => bounded(() => counters.remove(...call)),
  };
}
