import type { VerificationView } from "@veristep/core";
import { shallowEqual } from "./shallow-equal.js";

/** Returns the previous value if the new one equals it, so that comparisons by identity find it unchanged. */
export const shared = <T>(before: T, now: T): T => (shallowEqual(before, now) ? before : now);

/** Returns a view whose unchanged members are those of the view before. */
export function sharedView(before: VerificationView, now: VerificationView): VerificationView {
  const members = Object.entries(now).map(([name, member]) => [
    name,
    // A key of the one view is a key of the other.
    shared(before[name as keyof VerificationView], member),
  ]);
  // The members of `now`, each as it is or replaced by its equal.
  return shared(before, Object.fromEntries(members) as VerificationView);
}
