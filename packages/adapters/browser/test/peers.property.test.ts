import { createRandomSource } from "@veristep/core/testing";
import type { PeersPlatform } from "@veristep/browser";
import * as fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { without } from "./support/fake-browser.js";
import { DEAD_AFTER_MS, runTabs, type Ask, type Asked, type Death } from "./support/tabs-run.js";

const arbitraryTab = fc.nat({ max: 3 });
/** Often the same one: when a cooldown ends, it does so in every tab. */
const arbitraryMoment = fc.oneof(fc.nat({ max: 60_000 }), fc.nat({ max: 20 }), fc.constant(10_000));
const arbitraryAsk: fc.Arbitrary<Ask> = fc.record({
  tab: arbitraryTab,
  at: arbitraryMoment,
  lastsMs: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: DEAD_AFTER_MS - 2_000 })),
  givesUpAfterMs: fc.option(fc.nat({ max: 40_000 })),
  fails: fc.boolean(),
});
const arbitraryDeath: fc.Arbitrary<Death> = fc.record({
  tab: arbitraryTab,
  at: arbitraryMoment,
  thawsAfterMs: fc.option(fc.oneof(fc.nat({ max: 1_000 }), fc.nat({ max: 200_000 }))),
});
const arbitraryRun = fc.record({
  asks: fc.array(arbitraryAsk, { minLength: 1, maxLength: 8, size: "max" }),
  deaths: fc.array(arbitraryDeath, { maxLength: 3, size: "max" }),
  seed: fc.nat(),
});

/** Whether its tab was away at any time between the two. */
const wasAway = (deaths: readonly Death[], tab: number, from: number, to: number) =>
  deaths.some(
    (death) =>
      death.tab === tab &&
      death.at <= to &&
      from <= death.at + (death.thawsAfterMs ?? Number.POSITIVE_INFINITY),
  );

/** A turn is taken this long before the task begins, at most. In ms. */
const BEFORE_MS = 200;

/** Two that were at work at once, and alive. */
const overlaps = (asked: readonly Asked[], deaths: readonly Death[]) => {
  const alive = asked.flatMap(({ tab, begun, ended }) =>
    begun === null || wasAway(deaths, tab, begun - BEFORE_MS, ended) ? [] : { tab, begun, ended },
  );
  return alive.flatMap((one, at) =>
    alive.slice(at + 1).filter((other) => one.begun < other.ended && other.begun < one.ended),
  );
};

/** Returns the problem with how one request for a turn ended, or null. */
const problemOf = ({ begun, ended, outcome, ...ask }: Asked, patienceMs: number): string | null => {
  if (ask.runs > 1) return "its task ran twice";
  if (ask.ranAfterGivingUp) return "its task ran after it gave up";
  if (begun === null) return outcome === "gaveUp" && ask.givesUpAfterMs !== null ? null : String(outcome);
  if (begun > ask.at + patienceMs) return "it waited too long";
  if (ended !== begun + ask.lastsMs) return "its task was held up";
  return outcome === (ask.fails ? "fails" : "done") ? null : `a wrong outcome: ${String(outcome)}`;
};

const platforms: Record<string, (page: Required<PeersPlatform>) => PeersPlatform> = {
  "Web Locks": (page) => page,
  "keys in localStorage": (page) => without(page, "navigator"),
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(Object.entries(platforms))("B37: peers over %s", (_name, reduce) => {
  test("run one live tab at a time, and let no live tab wait forever", async () => {
    const seen = { waited: 0, gaveUp: 0, waitedLong: 0 };
    const property = fc.asyncProperty(arbitraryRun, async (run) => {
      const { asks, deaths, seed } = run;
      vi.spyOn(Math, "random").mockImplementation(createRandomSource(seed));
      // The tasks of all tabs, a moment for each turn, and each mark that a dead tab may have left.
      const left = asks.filter(({ tab }) => deaths.some((death) => death.tab === tab)).length;
      const patienceMs =
        asks.reduce((sum, { lastsMs }) => sum + lastsMs + 5_000, 0) + left * (DEAD_AFTER_MS + 5_000);
      const { asked, timersLeft } = await runTabs(run, reduce, patienceMs + 400_000);

      expect(overlaps(asked, deaths)).toEqual([]);
      const alive = asked.filter(({ tab, at }) => !wasAway(deaths, tab, at, Number.POSITIVE_INFINITY));
      expect(alive.map((one) => problemOf(one, patienceMs)).filter((problem) => problem !== null)).toEqual(
        [],
      );
      expect(timersLeft).toBe(0);

      for (const { begun, at } of alive) {
        if (begun === null) seen.gaveUp += 1;
        else if (begun - at > 3_000) seen.waitedLong += 1;
        else if (begun - at > BEFORE_MS) seen.waited += 1;
      }
    });
    await fc.assert(property, { numRuns: 150 });
    // It was no property of idle tabs.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(5);
  });
});
