import { systemClock, type Clock, type EpochMs } from "@veristep/core";
import { createCountdown } from "@veristep/form";
import { onMount } from "svelte";
import { fromStore, toStore, writable } from "svelte/store";

/**
 * Counts the whole seconds until a deadline: 0 without one, and on a server. It changes once a second, and no more
 * after 0. Show it in an `aria-hidden` element, or each second is read aloud (B61).
 *
 * @param deadline a time of the view, such as `view.resend.availableAt`, in epoch ms; null: there is nothing to wait for.
 * @param clock the flow's, where it was given one.
 */
export function useCountdown(
  deadline: () => EpochMs | null | undefined,
  clock: Clock = systemClock,
): { readonly current: number } {
  const left = writable(0);
  onMount(() => {
    let stop = () => {};
    const unfollow = toStore(() => deadline() ?? null).subscribe((until) => {
      stop();
      const countdown = createCountdown(until, clock);
      const show = () => {
        left.set(countdown.left());
      };
      stop = countdown.subscribe(show);
      show();
    });
    return () => {
      unfollow();
      stop();
    };
  });
  return fromStore(left);
}
