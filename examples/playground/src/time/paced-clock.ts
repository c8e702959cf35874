import type { Clock, EpochMs } from "@veristep/core";

/** How the playground's time runs. Plain data, so that tabs and the service can be given the same. */
export interface Pace {
  /** How many seconds pass in one. */
  readonly factor: number;
  /** When this pace began, by the machine's clock, in epoch ms. */
  readonly began: EpochMs;
  /** The time of the playground's clock at that moment. */
  readonly at: EpochMs;
}

export const realTime = (now: EpochMs): Pace => ({ factor: 1, began: now, at: now });

/** Returns the time of the playground's clock when the machine's clock says `now`. */
const timeAt = ({ factor, began, at }: Pace, now: EpochMs): EpochMs => at + (now - began) * factor;

/** The same time, running on at another speed. */
export const atSpeed = (pace: Pace, factor: number, now: EpochMs): Pace => ({
  factor,
  began: now,
  at: timeAt(pace, now),
});

export interface PacedClock extends Clock {
  /** Changes how fast time runs from now on. Timers keep the time that they have left. */
  readonly setPace: (pace: Pace) => void;
}

/** Longer timers fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

interface Wait {
  readonly wake: () => void;
  /** Of the playground's time, in ms, when the timer was set. */
  left: number;
  setAt: EpochMs;
  timer: ReturnType<typeof setTimeout>;
}

export function createPacedClock(pace: Pace): PacedClock {
  let current = pace;
  const waits = new Set<Wait>();

  const arm = (wait: Omit<Wait, "timer" | "setAt">) => {
    const real = Math.min(wait.left / current.factor, LONGEST_TIMER_MS);
    const armed: Wait = Object.assign(wait, {
      setAt: Date.now(),
      timer: setTimeout(() => {
        waits.delete(armed);
        armed.wake();
      }, real),
    });
    return armed;
  };

  return {
    now: () => Math.round(timeAt(current, Date.now())),
    schedule: (wake, delayMs) => {
      const wait = arm({ wake, left: delayMs });
      waits.add(wait);
      return () => {
        clearTimeout(wait.timer);
        waits.delete(wait);
      };
    },
    setPace: (next) => {
      const before = current;
      current = next;
      for (const wait of waits) {
        clearTimeout(wait.timer);
        wait.left = Math.max(wait.left - (Date.now() - wait.setAt) * before.factor, 0);
        arm(wait);
      }
    },
  };
}

/** A device's clock, which someone may have set wrong: waiting takes as long all the same. */
export const offsetClock = (clock: Clock, offsetMs: () => number): Clock => ({
  now: () => clock.now() + offsetMs(),
  schedule: (wake, delayMs) => clock.schedule(wake, delayMs),
});
