import { err, ok, type Result } from "neverthrow";
import type { OptionProblem } from "./failures.js";

/** Which contacts are proven, and in which order. */
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
  /** Digits of a code. @defaultValue 6 */
  readonly codeLength: number;
  /**
   * How long a code is expected to live. A hint for the person only: the service alone decides.
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

/** What may be set: any part of the policy, and any part of its retries. */
export type PolicyOptions = Partial<Omit<Policy, "retry">> & { readonly retry?: Partial<RetryPolicy> };

export const defaultPolicy: Policy = {
  channels: ["email", "phone"],
  cooldownMs: 60_000,
  maxSendsPerWindow: 5,
  sendWindowMs: 3_600_000,
  maxAttempts: 5,
  lockMs: 900_000,
  codeLength: 6,
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

const checks: { readonly [K in keyof Omit<Policy, "retry">]: Check } = {
  channels: (value) =>
    orders.some((order) => JSON.stringify(order) === JSON.stringify(value))
      ? null
      : 'must be ["email", "phone"], ["email"] or ["phone"]',
  cooldownMs: wholeNumber(0, DAY_MS),
  maxSendsPerWindow: wholeNumber(1, 100),
  sendWindowMs: wholeNumber(0, 30 * DAY_MS),
  maxAttempts: wholeNumber(1, 100),
  lockMs: wholeNumber(0, 30 * DAY_MS),
  codeLength: wholeNumber(4, 10),
  codeLifetimeMs: wholeNumber(1, 30 * DAY_MS),
  retrySends: oneOf("on5xx", "never"),
  unlockOnResend: oneOf(true, false),
  pollMs: (value) => (value === null ? null : wholeNumber(1_000, DAY_MS)(value)),
};

const retryChecks: { readonly [K in keyof RetryPolicy]: Check } = {
  maxRetries: wholeNumber(0, 20),
  baseMs: wholeNumber(1, DAY_MS),
  capMs: wholeNumber(1, DAY_MS),
  totalMs: wholeNumber(0, DAY_MS),
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
  const { retry = {}, ...rest } = options;
  const problems =
    typeof retry === "object" && retry !== null
      ? [
          ...problemsOf(rest, checks, "policy.", [...Object.keys(checks), "retry"]),
          ...problemsOf(retry, retryChecks, "policy.retry."),
        ]
      : [{ option: "policy.retry", problem: "must be an object" }];
  if (problems.length > 0) return err(problems);
  const policy: Policy = {
    ...defaultPolicy,
    ...given(rest),
    retry: { ...defaultPolicy.retry, ...given(retry) },
  };
  return policy.retry.capMs < policy.retry.baseMs
    ? err([{ option: "policy.retry.capMs", problem: "must not be less than policy.retry.baseMs" }])
    : ok(policy);
}
