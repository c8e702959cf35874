import { systemClock, type Clock, type EpochMs } from "@veristep/core";
import { createCountdown } from "@veristep/form";
import {
  onActivated,
  onDeactivated,
  onMounted,
  shallowRef,
  toValue,
  watch,
  type MaybeRefOrGetter,
  type ShallowRef,
} from "vue";

/**
 * Counts the whole seconds until a deadline: 0 without one, and on a server. It changes once a second, and no more
 * after 0. Show it in an `aria-hidden` element, or each second is read aloud (B61).
 *
 * @param deadline a time of the view, such as `view.resend.availableAt`, in epoch ms; null: there is nothing to wait for.
 * @param clock the flow's, where it was given one.
 */
export function useCountdown(
  deadline: MaybeRefOrGetter<EpochMs | null | undefined>,
  clock: Clock = systemClock,
): Readonly<ShallowRef<number>> {
  const left = shallowRef(0);
  const isShown = shallowRef(false);
  const show = (isNow: boolean) => () => {
    isShown.value = isNow;
  };
  onMounted(show(true));
  onActivated(show(true));
  onDeactivated(show(false));
  watch(
    () => (isShown.value ? (toValue(deadline) ?? null) : null),
    (until, _, onCleanup) => {
      const countdown = createCountdown(until, clock);
      const count = () => {
        left.value = countdown.left();
      };
      count();
      onCleanup(countdown.subscribe(count));
    },
  );
  return left;
}
