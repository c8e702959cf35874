import type { Clock } from "@veristep/core";
import type { Counters } from "../counters/counters.port.js";
import { countOne, type Held } from "../counters/held.js";
import type { GatewayEvent } from "../events.js";
import type { Excess, Limits, Velocity } from "./options.js";
import type { Refusal } from "./refusal.js";

/** Where a phone code goes. */
export interface Region {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** The number without its last four digits: the unit in which operators hand out numbers. */
  readonly prefix: string;
}

/** Decides about what is beyond a limit, and never throws. */
export type Decide = (excess: Excess) => Promise<"allow" | "refuse">;

/** Compares the traffic to a country or prefix with its usual traffic. */
export interface Traffic {
  /** Counts a send to a region, or refuses it. The caller gives back the counts. */
  countSend(region: Region): Promise<ReadonlyArray<Held> | Refusal>;
  /** Counts a code that was confirmed. */
  countConfirm(region: Region): Promise<void>;
}

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const QUARTERS_A_DAY = DAY_MS / QUARTER_MS;

/** How long what was read of a region's history is good for, in ms. */
const FRESH_MS = 10_000;

/** Warn below this part of the usual conversion rate, before the breaker trips. */
const WARN_AT = 0.75;

interface History {
  readonly readAt: number;
  /** Sends in a usual quarter of an hour. */
  readonly usualSends: number;
  /** Confirmed codes per sent one: lately, or null where that says nothing; and usually. */
  readonly conversion: number | null;
  readonly usualConversion: number;
}

/**
 * Compares each country and prefix with its own previous day, because a threshold that fits a large country
 * doesn't fit a small one. Warns before it refuses.
 */
export function createTraffic(
  limits: Limits,
  counters: Counters,
  clock: Clock,
  onEvent: (event: GatewayEvent) => void,
  decide: Decide,
): Traffic {
  const histories = new Map<string, History>();

  const keysAt = (scope: string, now: number) => {
    const quarter = Math.floor(now / QUARTER_MS);
    const day = Math.floor(now / DAY_MS);
    return {
      sends: (back: number) => `t:${scope}:q${quarter - back}`,
      confirms: (back: number) => `t:${scope}:qc${quarter - back}`,
      daySends: (back: number) => `t:${scope}:d${day - back}`,
      dayConfirms: (back: number) => `t:${scope}:dc${day - back}`,
    };
  };

  const historyOf = async (scope: string, now: number): Promise<History> => {
    const known = histories.get(scope);
    if (known !== undefined && now - known.readAt < FRESH_MS && now >= known.readAt) return known;
    const keys = keysAt(scope, now);
    const value = async (key: string) => (await counters.read(key))?.value ?? 0;
    const [sends, confirmsBefore, confirmsNow, daySends, dayConfirms] = await Promise.all([
      // The previous quarter: users are still entering the codes of the current one.
      value(keys.sends(1)),
      value(keys.confirms(1)),
      value(keys.confirms(0)),
      value(keys.daySends(1)),
      value(keys.dayConfirms(1)),
    ]);
    const { minSends, expected } = limits.conversion ?? { minSends: Infinity, expected: 0 };
    const history = {
      readAt: now,
      usualSends: daySends / QUARTERS_A_DAY,
      conversion: sends >= minSends ? (confirmsBefore + confirmsNow) / sends : null,
      usualConversion: daySends >= minSends ? dayConfirms / daySends : expected,
    };
    for (const [scope, { readAt }] of histories) if (now - readAt >= FRESH_MS) histories.delete(scope);
    histories.set(scope, history);
    return history;
  };

  /** Why a region gets no more sends for now. */
  const excessOf = (
    limit: "prefix" | "country",
    region: Region,
    velocity: Velocity | null,
    sends: number,
    history: History,
    now: number,
  ): Excess | null => {
    const about = { country: region.country, prefix: limit === "prefix" ? region.prefix : null };
    if (velocity !== null) {
      const allowed = Math.max(velocity.floor, Math.ceil(velocity.factor * history.usualSends));
      if (sends > allowed) return { limit, ...about, measured: sends, allowed };
      if (sends === Math.ceil(allowed / 2))
        onEvent({ kind: "warning", limit, ...about, measured: sends, allowed });
    }
    if (limits.conversion === null || history.conversion === null) return null;
    const allowed = history.usualConversion * limits.conversion.dropTo;
    const measured = history.conversion;
    if (measured < allowed) return { limit: "conversion", ...about, measured, allowed };
    // Once for each look at the history, not for each send.
    if (measured < history.usualConversion * WARN_AT && history.readAt === now)
      onEvent({ kind: "warning", limit: "conversion", ...about, measured, allowed });
    return null;
  };

  const scopesOf = ({ country, prefix }: Region) =>
    [
      ["country", country, limits.perCountry],
      ["prefix", prefix, limits.perPrefix],
    ] as const;

  return {
    countSend: async (region) => {
      const now = clock.now();
      const counted: Held[] = [];
      for (const [limit, scope, velocity] of scopesOf(region)) {
        if (velocity === null && limits.conversion === null) continue;
        const keys = keysAt(scope, now);
        const [quarter, day, history] = await Promise.all([
          countOne(counters, clock, keys.sends(0), 3 * QUARTER_MS),
          countOne(counters, clock, keys.daySends(0), 3 * DAY_MS),
          historyOf(scope, now),
        ]);
        counted.push(quarter, day);
        const excess = excessOf(limit, region, velocity, quarter.value, history, now);
        if (excess === null || (await decide(excess)) === "allow") continue;
        await Promise.all(counted.map(({ giveBack }) => giveBack()));
        return { limit: excess.limit, retryAfterMs: QUARTER_MS - (now % QUARTER_MS) };
      }
      return counted;
    },
    countConfirm: async (region) => {
      const now = clock.now();
      for (const [, scope] of scopesOf(region)) {
        const keys = keysAt(scope, now);
        await Promise.all([
          counters.add(keys.confirms(0), 1, 3 * QUARTER_MS),
          counters.add(keys.dayConfirms(0), 1, 3 * DAY_MS),
        ]);
      }
    },
  };
}
