import { systemClock, type Clock, type EpochMs } from "@veristep/core";
import { useMemo, useSyncExternalStore } from "react";
import { createCountdown } from "@veristep/form";

/** A server can't know what a browser's clock says. */
const nothing = () => 0;

/**
 * Returns the whole seconds left until a deadline; 0 once it has passed. It renders its component once a second, as
 * the second changes, and stops at 0. Call it in a component that shows only the number. Don't put the number in a
 * live region or in the name of a button, where a screen reader would read every second (B61).
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
