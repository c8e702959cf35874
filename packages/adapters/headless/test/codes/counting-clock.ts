import { systemClock, type Clock } from "@veristep/core";

/** The machine's clock, and how many waits are under way on it. */
export function countingClock(): Clock & { readonly pending: () => number } {
  let pending = 0;
  return {
    now: () => systemClock.now(),
    schedule: (wake, delayMs) => {
      pending += 1;
      let isPending = true;
      const over = () => {
        if (isPending) pending -= 1;
        isPending = false;
      };
      const cancel = systemClock.schedule(() => {
        over();
        wake();
      }, delayMs);
      return () => {
        over();
        cancel();
      };
    },
    pending: () => pending,
  };
}
