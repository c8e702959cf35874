import type { Clock } from "@veristep/core";

/** The system's clock, whose timers don't keep a process alive that has nothing else to do. */
export const serverClock: Clock = {
  now: () => Date.now(),
  schedule: (wake, delayMs) => {
    const timer: unknown = setTimeout(wake, delayMs);
    // Node's timers are objects; those of workers and browsers are numbers.
    if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
      timer.unref();
    return () => {
      // Whatever this platform's setTimeout returns is what its clearTimeout takes.
      clearTimeout(timer as number);
    };
  },
};
