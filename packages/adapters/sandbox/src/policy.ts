import * as v from "valibot";

const milliseconds = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What an access token may consist of (RFC 6750, section 2.1). */
export const bearerPattern = /^[A-Za-z0-9._~+/-]+=*$/;

const dayMs = 24 * 60 * 60 * 1000;

/** The schema of {@link SandboxPolicy}, with its defaults. */
export const policySchema = v.strictObject({
  codeLifetimeMs: v.optional(milliseconds(1, 600_000), 600_000),
  sendCooldownMs: v.optional(milliseconds(0, dayMs), 0),
  resendThrottleStatus: v.optional(v.picklist([429, 400]), 429),
  maxWrongCodesPerCode: v.optional(count, 10),
  maxWrongCodesPerWindow: v.optional(count, 100),
  wrongCodeWindowMs: v.optional(milliseconds(1, dayMs), 3_600_000),
  bodyStyle: v.optional(v.picklist(["problemDetails", "legacyEnvelope", "errorArray"]), "problemDetails"),
  deployment: v.optional(v.picklist(["current", "legacy"]), "current"),
  legacyConfirmBody: v.optional(v.picklist(["object", "empty"]), "object"),
  clients: v.optional(
    v.union([v.literal("any"), v.array(v.strictObject({ id: v.string(), secret: v.string() }))]),
    "any",
  ),
  tokenLifetimeMs: v.optional(milliseconds(1_000, dayMs), 3_600_000),
  tokens: v.optional(v.union([v.literal("any"), v.array(v.pipe(v.string(), v.regex(bearerPattern)))]), "any"),
});

/** The service's behaviour where the API's documentation leaves it open. All members are optional. */
export interface SandboxPolicy {
  /** How long a code is valid, in ms: 1 to 600,000 (B52: ten minutes at most, the default). */
  readonly codeLifetimeMs?: number;
  /** The shortest time between two sends to one user on one channel, in ms; 0, the default, is no limit. */
  readonly sendCooldownMs?: number;
  /**
   * How a resend of the phone code is throttled: 429 with `Retry-After` (the default), or the 400 that the
   * API's document names for this call. The other sends are throttled with 429 always.
   */
  readonly resendThrottleStatus?: 429 | 400;
  /** How many wrong guesses a code allows before it is never compared again (B50); 10. */
  readonly maxWrongCodesPerCode?: number;
  /** How many refused codes a channel allows within the window before it answers 429 without comparing (B50); 100. */
  readonly maxWrongCodesPerWindow?: number;
  /** The window of `maxWrongCodesPerWindow`, in ms; one hour. It starts with the first refused code. */
  readonly wrongCodeWindowMs?: number;
  /** The shape of error bodies: problem details (the default), `{errorCode, errorMessage}`, or an array of it. */
  readonly bodyStyle?: "problemDetails" | "legacyEnvelope" | "errorArray";
  /**
   * `legacy` answers as older deployments do: a status of two booleans, a confirm without a body of use, and
   * 400 `UserNotFound` instead of 404 (in problem details whatever `bodyStyle` says, as documented).
   */
  readonly deployment?: "current" | "legacy";
  /** What a legacy deployment answers to a good confirm: `{}` (the default) or nothing. */
  readonly legacyConfirmBody?: "object" | "empty";
  /** Which OAuth clients get access tokens: "any" with an id and a secret (the default), or these. */
  readonly clients?: "any" | ReadonlyArray<{ readonly id: string; readonly secret: string }>;
  /** How long an access token from `POST /connect/token` is good, in ms; one hour. */
  readonly tokenLifetimeMs?: number;
  /**
   * Which access tokens are good: "any" that isn't empty (the default), or these. Tokens minted by
   * `mintToken` or `POST /connect/token` are good as well; expired ones are not, in either case.
   */
  readonly tokens?: "any" | readonly string[];
}

/** A policy with its defaults filled in. */
export type ResolvedPolicy = Required<SandboxPolicy>;
