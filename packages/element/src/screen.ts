import type { FormSnapshot } from "@veristep/form";
import type { ScreenName } from "./texts.js";

/** Chooses the screen that a form is at. */
export function screenOf({ view, failure }: FormSnapshot): ScreenName {
  if (view.lock !== null) return view.lock.by === "service" ? "throttled" : "locked";
  if (view.step !== "checking") return view.step;
  if (view.activities.includes("retrying")) return "offline";
  if (failure === null) return "checking";
  return /^(unreachable|noAnswer|serverError|protocol)$/.test(failure.kind) ? "offline" : "trouble";
}
