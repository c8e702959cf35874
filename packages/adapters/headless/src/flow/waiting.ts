import type { Clock, EpochMs, Verification, VerificationView } from "@veristep/core";
import * as Effect from "effect/Effect";

/** How long a source may take to say what it has, before the flow requests a new code. */
export const LAST_LOOK_MS = 1_000;

/** The first view, from now on, that fits. Interrupting it leaves no listener behind. */
export const viewWhere = (
  verification: Verification,
  fits: (view: VerificationView) => boolean,
): Effect.Effect<VerificationView> =>
  Effect.callback<VerificationView>((resume) => {
    const now = verification.view();
    if (fits(now)) {
      resume(Effect.succeed(now));
      return Effect.void;
    }
    const unsubscribe = verification.subscribe(() => {
      const view = verification.view();
      if (!fits(view)) return;
      unsubscribe();
      resume(Effect.succeed(view));
    });
    return Effect.sync(unsubscribe);
  });

/** Longer delays fire at once in JavaScript. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Waits by the clock of the flow, so that a simulated clock controls this wait too. */
export const sleep = (ms: number, clock: Clock): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const cancel = clock.schedule(() => resume(Effect.void), Math.min(ms, LONGEST_TIMER_MS));
    return Effect.sync(cancel);
  });

/** Waits until then, by the wall clock as it is now. */
export const untilTime = (at: EpochMs, clock: Clock): Effect.Effect<void> =>
  sleep(Math.max(at - clock.now(), 0), clock);
