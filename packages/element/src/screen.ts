import type { FormSnapshot } from "@veristep/form";
import type { ScreenName } from "./texts.js";

/** Chooses the screen while it isn't known what to verify. */
export const openingScreen = (failure: { readonly kind: string } | null): ScreenName =>
  failure === null
    ? "checking"
    : /^(unreachable|noAnswer|serverError|protocol)$/.test(failure.kind)
      ? "offline"
      : "trouble";

/** Chooses the screen that a form is at. */
export function screenOf({ view, failure }: FormSnapshot): ScreenName {
  if (view.lock !== null) return view.lock.by === "service" ? "throttled" : "locked";
  if (view.step !== "checking") return view.step;
  return view.activities.includes("retrying") ? "offline" : openingScreen(failure);
}
