import { defaultPolicy, view, type Policy } from "@veristep/core";
import { beforeAll, describe, expect, test } from "vitest";
import {
  farewells,
  inputOf,
  isOver,
  keyOf,
  kindStep,
  NUMBERS,
  walk,
  wayTo,
  type Place,
  type Walk,
} from "./chart-walk.js";
import { verificationChart } from "../src/chart/flow.js";
import { lockStep } from "./engine/lock-step.js";
import { activeIn, watchSteps } from "./pure-flow.js";

const retries = (maxRetries: number) => ({ maxRetries, baseMs: 500, capMs: 1_000, totalMs: 30_000 });
const least: Policy = { ...defaultPolicy, maxSendsPerWindow: 1, maxAttempts: 1, retry: retries(0) };

/**
 * The policies that are walked: each counter by itself with a limit of two, so that both "one left" and "none
 * left" come up, and each switch. The number says how many combinations are reached at the least: fewer
 * than were found when this was written mean that the walk no longer gets about.
 */
const walks: ReadonlyArray<readonly [string, Policy, (typeof NUMBERS)[0] | null, number]> = [
  ["both channels, two sends", { ...least, maxSendsPerWindow: 2 }, null, 1000],
  [
    "e-mail only, repeats and two attempts",
    { ...least, channels: ["email"], maxAttempts: 2, retry: retries(1) },
    null,
    850,
  ],
  [
    "phone only, repeats, number given",
    { ...least, channels: ["phone"], retry: retries(1) },
    NUMBERS[0],
    950,
  ],
  [
    "e-mail only, a resend opens the entry",
    { ...least, channels: ["email"], maxSendsPerWindow: 2, unlockOnResend: true },
    null,
    300,
  ],
  [
    "e-mail only, a 5xx is not repeated",
    { ...least, channels: ["email"], retrySends: "never", retry: retries(1) },
    null,
    400,
  ],
  ["phone only, polling", { ...least, channels: ["phone"], pollMs: 30_000 }, null, 470],
  ["no cooldown and no lock", { ...least, cooldownMs: 0, lockMs: 0, sendWindowMs: 0 }, null, 280],
  ["e-mail only, and another tab (B37)", { ...least, channels: ["email"], maxSendsPerWindow: 2 }, null, 300],
  ["phone only, and another tab (B37)", { ...least, channels: ["phone"] }, null, 300],
];

/** More steps than a kind service and a willing person ever need, retries and waits included. */
const PATIENCE = 60;

/** How many kind steps lead from each place to verified; null where none do. */
function stepsToVerified({ places }: Walk): ReadonlyMap<string, number | null> {
  const known = new Map<string, number | null>();
  for (const [start, first] of places) {
    const path: string[] = [];
    let place: Place = first;
    let key = start;
    let end: number | null = null;
    for (;;) {
      const before = known.get(key);
      if (before !== undefined) {
        end = before;
        break;
      }
      if (isOver(place)) {
        end = place.snapshot.hasTag("verified") ? 0 : null;
        known.set(key, end);
        break;
      }
      if (path.includes(key) || path.length > PATIENCE) break;
      path.push(key);
      const next = kindStep(place);
      if (next === null) break;
      place = next.to;
      key = keyOf(place);
    }
    for (const passed of path.toReversed()) {
      end = end === null ? null : end + 1;
      known.set(passed, end);
    }
  }
  return known;
}

describe.each(walks)("B16: no dead ends: %s", (name, policy, phone, atLeast) => {
  let walked: Walk = { places: new Map(), transitions: 0, complete: false };
  // Both engines walk: each step of XState's is made in the compiled chart as well, and the first difference throws.
  const { watcher, tally } = lockStep(verificationChart, { parts: [], events: () => [] });
  beforeAll(() => {
    watchSteps(watcher);
    walked = walk([inputOf(policy, phone)], 20_000, name.includes("another tab"));
    watchSteps(null);
  });
  const where = (test: (place: Place) => boolean): string | null => {
    for (const [key, place] of walked.places) if (!isOver(place) && test(place)) return wayTo(walked, key);
    return null;
  };

  test("B16: every combination of states and counted facts is reached", ({ annotate }) => {
    expect(walked.complete).toBe(true);
    expect(walked.places.size).toBeGreaterThanOrEqual(atLeast);
    return annotate(`${walked.places.size} combinations, ${walked.transitions} transitions`);
  });

  test("both engines take each of these transitions in the same way", () => {
    expect(tally.steps).toBeGreaterThan(walked.transitions);
  });

  test("B16: in each, the flow asks the user for something or works by itself", () => {
    const idle = where(
      ({ snapshot, now }) => activeIn(snapshot).length === 0 && view(snapshot, now).awaiting === null,
    );
    expect(idle).toBeNull();
  });

  test("B16: from each, a service that accepts everything and a cooperative user reach verified", () => {
    const steps = stepsToVerified(walked);
    const stuck = [...walked.places].find(
      ([key, place]) => !isOver(place) && (steps.get(key) ?? PATIENCE) >= PATIENCE,
    );
    expect(stuck === undefined ? null : wayTo(walked, stuck[0])).toBeNull();
  });

  test("B16: no event breaks the flow, and each can be cancelled", () => {
    expect(where(({ snapshot }) => snapshot.status === "error")).toBeNull();
    let index = 0;
    // What ends the flow is the same everywhere: one combination in ten is enough.
    const survives = where((place) => {
      index += 1;
      return index % 10 === 0 && farewells(place).some(({ to }) => !to.snapshot.hasTag("failed"));
    });
    expect(survives).toBeNull();
  });
});
