import { systemClock, type Clock, type EpochMs } from "@veristep/core";
import { useMemo, useSyncExternalStore } from "react";
import { createCountdown } from "@veristep/form";

/** A server can't know what a browser's clock says. */
const nothing = () => 0;

/**
 * Whole seconds left until a deadline, 0 when there are none. It renders its component once a second, as the
 * second changes, and no more after 0: so call it in a component that shows the number and nothing else. It is
 * meant neither for a live region nor for the name of a button: nobody wants to hear each second (B61).
 *
 * @param deadline a time of the view, such as `view.resend.availableAt`, in epoch ms; null: there is nothing to wait for.
 * @param clock the flow's, where it was given one.
 * @example
 * ```tsx
 * const SecondsLeft = ({ until }: { until: number }) => <span aria-hidden>{useCountdown(until)} s</span>;
 * ```
 */
export function useCountdown(deadline: EpochMs | null, clock: Clock = systemClock): number {
  const countdown = useMemo(() => createCountdown(deadline, clock), [deadline, clock]);
  return useSyncExternalStore(countdown.subscribe, countdown.left, nothing);
}
