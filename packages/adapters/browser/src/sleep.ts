import type { Clock } from "@veristep/core";

/** Settles after this time, in ms, or when the signal comes; no timer is left then. */
export const sleep = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.schedule(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
