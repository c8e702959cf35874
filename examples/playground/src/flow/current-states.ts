import type { StateValue } from "xstate";

/** Every state that the flow is in, by its dotted path, the outer ones before the inner ones. */
export function currentStates(value: StateValue, within = ""): readonly string[] {
  const inside = (name: string) => (within === "" ? name : `${within}.${name}`);
  if (typeof value === "string") return [inside(value)];
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === undefined ? [] : [inside(name)].concat(currentStates(inner, inside(name))),
  );
}

/** Both contacts share one description of "send, enter, confirm"; the chart shows that of the phone. */
const asPhone = (path: string): string => path.replace(/^emailPending\./, "phonePending.");

/** The states to light in the charts of the regions. */
export const statesOfRegions = (states: readonly string[]): ReadonlySet<string> =>
  new Set(states.map(asPhone));

/** The innermost state of a region, without its path; null where the flow isn't in it. */
export function stateOfRegion(
  states: readonly string[],
  region: "delivery" | "entry" | "lock",
): string | null {
  const path = states.findLast((state) => asPhone(state).startsWith(`phonePending.${region}.`));
  return path === undefined ? null : asPhone(path).split(".").slice(2).join(".");
}
