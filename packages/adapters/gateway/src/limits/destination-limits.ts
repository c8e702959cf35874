import type { Clock } from "@veristep/core";
import type { Counters } from "../counters/counters.port.js";
import { countOne, type Held } from "../counters/held.js";
import type { GatewayEvent } from "../events.js";
import type { Limits, Rate } from "./options.js";
import { isRefusal, type LimitName, type Refusal } from "./refusal.js";
import { createTraffic, type Decide, type Region } from "./traffic.js";

/** Where a code goes, and which client asked for it. */
interface Destination {
  /** A hash of the address or number: no store and no log of a store's commands holds the contact. */
  readonly key: string;
  /** The client's address in canonical form; null where it isn't known. */
  readonly address: string | null;
  /** Null for an e-mail. */
  readonly region: Region | null;
}

/** The limits over all users. */
export interface DestinationLimits {
  /**
   * Counts a send, or refuses it.
   *
   * @returns a function that undoes the counts.
   * @throws CountersDown
   */
  begin(destination: Destination): Promise<(() => Promise<void>) | Refusal>;
  /** Counts a code that was confirmed. @throws CountersDown */
  confirmed(region: Region): Promise<void>;
  /** Counts a confirm from an address; null where that limit doesn't apply. @throws CountersDown */
  beginConfirm(address: string | null): Promise<Held | Refusal | null>;
}

const HOUR_MS = 3_600_000;

export function createDestinationLimits(
  limits: Limits,
  counters: Counters,
  clock: Clock,
  onEvent: (event: GatewayEvent) => void,
  decide: Decide,
): DestinationLimits {
  const traffic = createTraffic(limits, counters, clock, onEvent, decide);

  const within = async (limit: LimitName, key: string, rate: Rate): Promise<Held | Refusal> => {
    const held = await countOne(counters, clock, key, rate.windowMs);
    if (held.value <= rate.max) return held;
    await held.giveBack();
    return { limit, retryAfterMs: held.remainingMs };
  };

  const withinBudget = async (): Promise<Held | Refusal | null> => {
    const allowed = limits.perHour;
    if (allowed === null) return null;
    const held = await countOne(counters, clock, "hour", HOUR_MS);
    const about = { limit: "budget", country: null, prefix: null, measured: held.value, allowed } as const;
    if (held.value === Math.ceil(allowed * 0.8)) onEvent({ kind: "warning", ...about });
    if (held.value <= allowed || (await decide(about)) === "allow") return held;
    await held.giveBack();
    return { limit: "budget", retryAfterMs: held.remainingMs };
  };

  return {
    begin: async ({ key, address, region }) => {
      const { perDestination, perAddress } = limits;
      const counted: Held[] = [];
      const giveBack = async () => {
        await Promise.all(counted.map((held) => held.giveBack()));
      };
      const steps: ReadonlyArray<() => Promise<Held | ReadonlyArray<Held> | Refusal | null>> = [
        async () => (perDestination === null ? null : within("destination", `to:${key}`, perDestination)),
        async () => (region === null ? null : traffic.countSend(region)),
        // Many users can share one address, so this limit comes after those for one user and one destination.
        async () =>
          perAddress === null || address === null ? null : within("address", `from:${address}`, perAddress),
        withinBudget,
      ];
      for (const step of steps) {
        const outcome = await step();
        if (outcome === null) continue;
        if (!isArray(outcome) && isRefusal(outcome)) {
          await giveBack();
          return outcome;
        }
        counted.push(...(isArray(outcome) ? outcome : [outcome]));
      }
      return giveBack;
    },
    confirmed: (region) => traffic.countConfirm(region),
    beginConfirm: async (address) => {
      const { perAddress } = limits;
      return perAddress === null || address === null
        ? null
        : within("address", `tries-from:${address}`, perAddress);
    },
  };
}

/** `Array.isArray` doesn't narrow readonly arrays. */
const isArray = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);
