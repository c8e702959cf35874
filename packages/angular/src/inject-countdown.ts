import { afterRenderEffect, computed, signal, untracked, type Signal } from "@angular/core";
import { systemClock, type Clock, type EpochMs } from "@veristep/core";
import { createCountdown } from "@veristep/form";

/**
 * Counts the whole seconds until a deadline: 0 without one, and on a server. It changes once a second, and no more
 * after 0. Show it in an `aria-hidden` element, or each second is read aloud (B61). Call it where `inject` works.
 *
 * @param deadline a time of the view, such as `view.resend.availableAt`, in epoch ms; null: there is nothing to wait for.
 * @param clock gives the flow's, where it was given one.
 */
export function injectCountdown(
  deadline: () => EpochMs | null | undefined,
  clock: () => Clock = () => systemClock,
): Signal<number> {
  const left = signal(0);
  const until = computed(() => deadline() ?? null);
  afterRenderEffect((onCleanup) => {
    const countdown = createCountdown(until(), untracked(clock));
    const show = () => {
      left.set(countdown.left());
    };
    onCleanup(countdown.subscribe(show));
    show();
  });
  return left.asReadonly();
}
