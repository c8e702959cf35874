import { systemClock, type Clock, type EpochMs } from "@veristep/core";
import { createCountdown } from "@veristep/form";
import { createEffect, createMemo, createSignal, on, onCleanup, type Accessor } from "solid-js";

/**
 * Counts the whole seconds until a deadline: 0 without one, and on a server. It changes once a second, and no more
 * after 0. Show it in an `aria-hidden` element, or each second is read aloud (B61).
 *
 * @param deadline a time of the view, such as `view.resend.availableAt`, in epoch ms; null: there is nothing to wait for.
 * @param clock the flow's, where it was given one.
 */
export function useCountdown(
  deadline: Accessor<EpochMs | null | undefined>,
  clock: Clock = systemClock,
): Accessor<number> {
  const [left, setLeft] = createSignal(0);
  // A deadline that another change of the view leaves as it is continues.
  const until = createMemo(() => deadline() ?? null);
  createEffect(
    on(until, (until) => {
      const countdown = createCountdown(until, clock);
      const show = () => {
        setLeft(countdown.left());
      };
      onCleanup(countdown.subscribe(show));
      show();
    }),
  );
  return left;
}
