import { systemClock, type Clock } from "@veristep/core";

/** The machine's time, with waits that take a twentieth of it: pauses before a connection is made again, and looks. */
export const hurriedClock: Clock = {
  now: () => systemClock.now(),
  schedule: (wake, delayMs) => systemClock.schedule(wake, delayMs / 20),
};
