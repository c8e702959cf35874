import type { Counters } from "../counters/counters.port.js";

/** At most `max` within `windowMs`, beginning with the first. */
export interface Rate {
  readonly max: number;
  readonly windowMs: number;
}

/** How many sends a country or number prefix may get in a quarter of an hour. */
export interface Velocity {
  /** Always allowed, however quiet this destination usually is. */
  readonly floor: number;
  /** Allowed above the floor: this many times the average of its day before. */
  readonly factor: number;
}

/** When the share of sent codes that users confirm is too low. */
export interface Conversion {
  /** With fewer sends in a quarter of an hour, nothing is concluded. */
  readonly minSends: number;
  /** Too low: below this part of its share on the day before. 0 to 1. */
  readonly dropTo: number;
  /** The share that is expected of a destination without a day before. 0 to 1. */
  readonly expected: number;
}

/** An exceeded limit over all users. The app may decide whether to send anyway. */
export interface Excess {
  readonly limit: "budget" | "prefix" | "country" | "conversion";
  /** The country (ISO 3166-1 alpha-2) and number prefix; null for the budget. */
  readonly country: string | null;
  readonly prefix: string | null;
  /** The measured value: sends, or with `conversion` confirmed codes per sent one, 0 to 1. */
  readonly measured: number;
  /** The limit that it passed. */
  readonly allowed: number;
}

/**
 * The limits beside the policy. Each of them can be switched off with null.
 * The policy limits one user; these limit all users together.
 */
export interface LimitOptions {
  /** Where counts are kept. In the memory of this process if left out: for one process only. */
  readonly counters?: Counters | undefined;
  /** The deadline of one call of the counters, in ms, after which they are down. @defaultValue 2,000 */
  readonly countersTimeoutMs?: number | undefined;
  /** Sends to one address or number, over all users. @defaultValue 10 an hour */
  readonly perDestination?: Rate | null | undefined;
  /** Sends, and apart from them wrong codes, from one client address. @defaultValue 60 an hour */
  readonly perAddress?: Rate | null | undefined;
  /** Sends to one number prefix: a number without its last four digits. @defaultValue 20, or 4 times the usual */
  readonly perPrefix?: Velocity | null | undefined;
  /** Sends to one country. @defaultValue 200, or 4 times the usual */
  readonly perCountry?: Velocity | null | undefined;
  /** The circuit breaker for prefixes and countries. @defaultValue 20 sends, half of the usual, 0.4 */
  readonly conversion?: Conversion | null | undefined;
  /** Sends of everything together in an hour. @defaultValue 1,000 */
  readonly perHour?: number | null | undefined;
  /**
   * Decides about a send beyond the budget, a velocity or a conversion rate. Refused if left out, and if it
   * throws or takes longer than the gateway's `timeoutMs`.
   */
  readonly whenExceeded?: ((excess: Excess) => "allow" | "refuse" | Promise<"allow" | "refuse">) | undefined;
}

/** The limits, checked and complete. */
export type Limits = {
  readonly [K in keyof Omit<LimitOptions, "counters" | "countersTimeoutMs" | "whenExceeded">]-?: NonNullable<
    LimitOptions[K]
  > | null;
};

const HOUR_MS = 3_600_000;

const defaults: Limits = {
  perDestination: { max: 10, windowMs: HOUR_MS },
  perAddress: { max: 60, windowMs: HOUR_MS },
  perPrefix: { floor: 20, factor: 4 },
  perCountry: { floor: 200, factor: 4 },
  conversion: { minSends: 20, dropTo: 0.5, expected: 0.4 },
  perHour: 1_000,
};

type Members = Readonly<Record<string, (value: unknown) => boolean>>;

const isCount = (least: number) => (value: unknown) => Number.isSafeInteger(value) && Number(value) >= least;
const isShare = (value: unknown) => typeof value === "number" && value >= 0 && value <= 1;
const isFactor = (value: unknown) => typeof value === "number" && value >= 1 && value <= 1_000;

const rate: Members = { max: isCount(1), windowMs: isCount(1_000) };
const velocity: Members = { floor: isCount(1), factor: isFactor };
const shapes: Readonly<Record<keyof Limits, Members | ((value: unknown) => boolean)>> = {
  perDestination: rate,
  perAddress: rate,
  perPrefix: velocity,
  perCountry: velocity,
  conversion: { minSends: isCount(1), dropTo: isShare, expected: isShare },
  perHour: isCount(1),
};

const hasShape = (value: unknown, shape: (typeof shapes)[keyof Limits]): boolean =>
  typeof shape === "function"
    ? shape(value)
    : typeof value === "object" &&
      value !== null &&
      Object.entries(shape).every(([name, holds]) => holds(Reflect.get(value, name)));

/** Fills in the defaults, and describes each invalid option in a sentence. */
export function resolveLimits(options: LimitOptions): {
  readonly limits: Limits;
  readonly problems: readonly string[];
} {
  // The names of a literal object are these.
  const names = Object.keys(defaults) as ReadonlyArray<keyof Limits>;
  const problems = names.flatMap((name) => {
    const value = options[name];
    if (value === undefined || value === null || hasShape(value, shapes[name])) return [];
    const shape = shapes[name];
    const members =
      typeof shape === "function" ? "a whole number from 1" : `{ ${Object.keys(shape).join(", ")} }`;
    return [`limits.${name} must be ${members} with values in their range, or null for no such limit`];
  });
  const known = new Set<string>([...names, "counters", "countersTimeoutMs", "whenExceeded"]);
  const { countersTimeoutMs = 1 } = options;
  if (!isCount(1)(countersTimeoutMs) || countersTimeoutMs > 600_000)
    problems.push("limits.countersTimeoutMs must be a whole number from 1 to 600000");
  for (const name of Object.keys(options))
    if (!known.has(name))
      problems.push(`limits.${name} is not an option; there are ${[...known].join(", ")}`);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { limits: { ...defaults, ...given }, problems };
}
