import { err, ok, type Result } from "neverthrow";
import type { OptionProblem } from "./failures.js";

/** Which contacts are verified, and in which order. */
export type ChannelOrder = readonly ["email", "phone"] | readonly ["email"] | readonly ["phone"];

/** How a call that failed for a passing reason is repeated: exponential backoff with full jitter. */
export interface RetryPolicy {
  /** Repeats after the first attempt. */
  readonly maxRetries: number;
  /** The longest wait before the first repeat, in ms; it doubles with each further one. */
  readonly baseMs: number;
  /** The longest wait before any repeat, in ms. */
  readonly capMs: number;
  /** No repeat begins later than this after the first attempt began, in ms. */
  readonly totalMs: number;
}

/** The form of a code. */
export interface CodeFormat {
  /** Characters of a code. */
  readonly length: number;
  /** "alphanumeric": digits and the letters A to Z. Their case stays as it was typed: the service decides. */
  readonly characters: "digits" | "alphanumeric";
}

/** The rules of a flow that a merchant may set. All durations are in ms. Plain JSON. */
export interface Policy {
  /** @defaultValue `["email", "phone"]` */
  readonly channels: ChannelOrder;
  /** The least time between two sends of a channel. @defaultValue 60,000 */
  readonly cooldownMs: number;
  /** The most codes that are sent on a channel within {@link Policy.sendWindowMs}. @defaultValue 5 */
  readonly maxSendsPerWindow: number;
  /** @defaultValue 3,600,000 */
  readonly sendWindowMs: number;
  /** Wrong codes of a channel, over resends, before the entry is locked. @defaultValue 5 */
  readonly maxAttempts: number;
  /** How long the entry stays locked. @defaultValue 900,000 */
  readonly lockMs: number;
  /** @defaultValue 6 digits */
  readonly codeFormat: CodeFormat;
  /**
   * How long a code is expected to live. Only a hint for the user: the service decides.
   * @defaultValue 600,000
   */
  readonly codeLifetimeMs: number;
  /** @defaultValue 4 repeats, from 500 ms to 8 s, within 30 s */
  readonly retry: RetryPolicy;
  /**
   * What follows a send that was answered with a 5xx: repeat it, as the service's documents say, or treat
   * it as perhaps sent. @defaultValue "on5xx"
   */
  readonly retrySends: "on5xx" | "never";
  /** Whether a resend is offered while the entry is locked, and opens it. @defaultValue false */
  readonly unlockOnResend: boolean;
  /** Time between two reads of the status while a code is awaited; null: no polling. @defaultValue null */
  readonly pollMs: number | null;
}

/** A partial {@link Policy}: its objects `codeFormat` and `retry` may be partial as well. */
export type PolicyOptions = Partial<Omit<Policy, keyof Parts>> & {
  readonly [K in keyof Parts]?: Partial<Policy[K]>;
};

/** The parts of a policy that are objects themselves. */
type Parts = Pick<Policy, "codeFormat" | "retry">;

export const defaultPolicy: Policy = {
  channels: ["email", "phone"],
  cooldownMs: 60_000,
  maxSendsPerWindow: 5,
  sendWindowMs: 3_600_000,
  maxAttempts: 5,
  lockMs: 900_000,
  codeFormat: { length: 6, characters: "digits" },
  codeLifetimeMs: 600_000,
  retry: { maxRetries: 4, baseMs: 500, capMs: 8_000, totalMs: 30_000 },
  retrySends: "on5xx",
  unlockOnResend: false,
  pollMs: null,
};

const DAY_MS = 86_400_000;
const orders: ReadonlyArray<ChannelOrder> = [["email", "phone"], ["email"], ["phone"]];

type Check = (value: unknown) => string | null;

const wholeNumber =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
      ? null
      : `must be a whole number from ${least} to ${most}`;

const oneOf =
  (...values: ReadonlyArray<string | boolean>): Check =>
  (value) =>
    values.some((one) => one === value)
      ? null
      : `must be ${values.map((one) => JSON.stringify(one)).join(" or ")}`;

const checks: { readonly [K in keyof Omit<Policy, keyof Parts>]: Check } = {
  channels: (value) =>
    orders.some((order) => JSON.stringify(order) === JSON.stringify(value))
      ? null
      : 'must be ["email", "phone"], ["email"] or ["phone"]',
  cooldownMs: wholeNumber(0, DAY_MS),
  maxSendsPerWindow: wholeNumber(1, 100),
  sendWindowMs: wholeNumber(0, 30 * DAY_MS),
  maxAttempts: wholeNumber(1, 100),
  lockMs: wholeNumber(0, 30 * DAY_MS),
  codeLifetimeMs: wholeNumber(1, 30 * DAY_MS),
  retrySends: oneOf("on5xx", "never"),
  unlockOnResend: oneOf(true, false),
  pollMs: (value) => (value === null ? null : wholeNumber(1_000, DAY_MS)(value)),
};

const partChecks: { readonly [K in keyof Parts]: { readonly [Option in keyof Parts[K]]: Check } } = {
  codeFormat: { length: wholeNumber(4, 10), characters: oneOf("digits", "alphanumeric") },
  retry: {
    maxRetries: wholeNumber(0, 20),
    baseMs: wholeNumber(1, DAY_MS),
    capMs: wholeNumber(1, DAY_MS),
    totalMs: wholeNumber(0, DAY_MS),
  },
};

function problemsOf(
  options: object,
  known: Readonly<Record<string, Check>>,
  path: string,
  names: readonly string[] = Object.keys(known),
): OptionProblem[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    const problem = check === undefined ? `is not an option; there are ${names.join(", ")}` : check(value);
    return problem === null ? [] : [{ option: `${path}${name}`, problem }];
  });
}

const partProblems = (part: keyof Parts, options: unknown): OptionProblem[] =>
  typeof options === "object" && options !== null
    ? problemsOf(options, partChecks[part], `policy.${part}.`)
    : [{ option: `policy.${part}`, problem: "must be an object" }];

/** `Object.entries` without what is left undefined, so that a default is not overwritten by nothing. */
const given = <T extends object>(options: T): Partial<T> =>
  // The entries of T, less some, are a Partial<T>; `Object.fromEntries` can't say so.
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;

/**
 * Fills a policy up with the defaults and checks it.
 *
 * @returns the policy, or every problem found: what the option is called and what it must be.
 */
export function createPolicy(options: PolicyOptions = {}): Result<Policy, readonly OptionProblem[]> {
  // Called from JavaScript, or with what was read from a file, it may be anything.
  if (typeof options !== "object" || options === null)
    return err([{ option: "policy", problem: "must be an object" }]);
  const { codeFormat = {}, retry = {}, ...rest } = options;
  const problems = [
    ...problemsOf(rest, checks, "policy.", [...Object.keys(checks), ...Object.keys(partChecks)]),
    ...partProblems("codeFormat", codeFormat),
    ...partProblems("retry", retry),
  ];
  if (problems.length > 0) return err(problems);
  const policy: Policy = {
    ...defaultPolicy,
    ...given(rest),
    codeFormat: { ...defaultPolicy.codeFormat, ...given(codeFormat) },
    retry: { ...defaultPolicy.retry, ...given(retry) },
  };
  return policy.retry.capMs < policy.retry.baseMs
    ? err([{ option: "policy.retry.capMs", problem: "must not be less than policy.retry.baseMs" }])
    : ok(policy);
}
