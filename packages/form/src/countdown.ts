import { systemClock, type Clock, type EpochMs, type VerificationView } from "@veristep/core";
import type { Form } from "./form.js";
import type { Store } from "./store.js";

export interface Countdown {
  /** Whole seconds left, rounded up; 0 once the deadline has passed. It never grows. */
  readonly left: () => number;
  /** Calls the listener with each new second, and no more after 0. @returns stops it. */
  readonly subscribe: (listener: () => void) => () => void;
}

const SECOND_MS = 1_000;

/** @param deadline in epoch ms by the clock; null: the countdown is at 0. */
export function createCountdown(deadline: EpochMs | null, clock: Clock): Countdown {
  let until = deadline ?? Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  const left = () => {
    least = Math.max(0, Math.min(least, Math.ceil((until - clock.now()) / SECOND_MS)));
    return least;
  };
  return {
    left,
    subscribe: (listener) => {
      let cancel = () => {};
      const arm = () => {
        if (left() === 0) return;
        const armedAt = clock.now();
        const delay = (until - armedAt) % SECOND_MS || SECOND_MS;
        cancel = clock.schedule(() => {
          // A clock that is set back makes no wait longer (B7): what has elapsed counts.
          until -= Math.max(0, armedAt + delay - clock.now());
          listener();
          arm();
        }, delay);
      };
      arm();
      return () => {
        cancel();
      };
    },
  };
}

/**
 * Counts down to a deadline of the view, and follows it when the view changes it. Keep it out of live regions and of
 * the names of buttons, because each second would be read out (B61).
 *
 * @param deadline picks it, such as `({ resend }) => resend?.availableAt ?? null`.
 * @returns the whole seconds left, as a store.
 */
export function secondsUntil(
  form: Form,
  deadline: (view: VerificationView) => EpochMs | null,
  clock: Clock = systemClock,
): Store<number> {
  let until: EpochMs | null = null;
  let countdown = createCountdown(until, clock);
  const current = () => {
    const now = deadline(form.getSnapshot().view);
    if (now !== until) countdown = createCountdown((until = now), clock);
    return countdown;
  };
  return {
    getSnapshot: () => current().left(),
    subscribe: (listener) => {
      let shown = current();
      let stop = shown.subscribe(listener);
      const unsubscribe = form.subscribe(() => {
        if (current() === shown) return;
        stop();
        shown = current();
        stop = shown.subscribe(listener);
        listener();
      });
      return () => {
        unsubscribe();
        stop();
      };
    },
  };
}
