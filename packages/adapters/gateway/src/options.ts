import {
  createPolicy,
  defaultPolicy,
  type Clock,
  type EpochMs,
  type Policy,
  type PolicyOptions,
  type UserId,
  type VerificationApi,
} from "@veristep/core";
import { isPhoneCountry, type CountryCode } from "@veristep/phone/country";
import type { ClientAddress } from "./client-address.js";
import type { GatewayEvent } from "./events.js";
import { resolveLimits, type LimitOptions, type Limits } from "./limits/options.js";
import { serverClock } from "./server-clock.js";

/** The signed-in user, as the app's own session knows it. */
export interface GatewayUser {
  /** The user's id at the service. Never leaves the server. */
  readonly userId: UserId;
  /** The registered address. */
  readonly email?: string | null | undefined;
  /** The number to verify, in E.164 form. Without it, the page asks the user for one. */
  readonly phone?: string | null | undefined;
  /** When registration mailed a first code, in epoch ms. It counts as a send. */
  readonly emailCodeSentAt?: EpochMs | null | undefined;
}

/** Where codes may go, and what pages may see and choose. */
export interface DestinationOptions {
  /** The countries that phone codes may go to (ISO 3166-1 alpha-2). Required if the policy verifies phones. */
  readonly countries?: readonly CountryCode[] | undefined;
  /** Whether a page may name another number than the one `identify` returns. @defaultValue false */
  readonly canChangePhone?: boolean | undefined;
  /** How `GET /` shows the user's own contacts. @defaultValue "masked" */
  readonly show?: "masked" | "whole" | undefined;
  /**
   * Whether a page learns that a number belongs to another user. If not, it gets "accepted", and no code is
   * sent: otherwise every user could find out whether a number is known. @defaultValue false
   */
  readonly revealTaken?: boolean | undefined;
}

/** How a gateway works. */
export interface GatewayOptions {
  /** The service: `createHttpApi` with a token source. */
  readonly api: VerificationApi;
  /**
   * Finds the signed-in user by the app's own session; null where no user is signed in. The only source of the
   * user: nothing in a request can name another one.
   */
  readonly identify: (request: Request) => GatewayUser | null | Promise<GatewayUser | null>;
  /** The same rules for the page and the server. */
  readonly policy?: PolicyOptions | undefined;
  readonly limits?: LimitOptions | undefined;
  readonly destinations?: DestinationOptions | undefined;
  /** Asked before each send: a captcha, say. False refuses it, and so does an error. */
  readonly challenge?: ((request: Request) => boolean | Promise<boolean>) | undefined;
  /** Finds the client's address, for the limit by address: see {@link forwardedFor}. */
  readonly clientAddress?: ClientAddress | undefined;
  /** Other origins whose pages may use the gateway, as `https://shop.example`. They get CORS headers. */
  readonly origins?: readonly string[] | undefined;
  /** Receives each decision and each alarm. Its errors are ignored. */
  readonly onEvent?: ((event: GatewayEvent) => void) | undefined;
  /** Where the gateway is. @defaultValue "/verification" */
  readonly basePath?: string | undefined;
  /** The deadline of a body, of each hook and of the service's call, in ms. @defaultValue 15,000 */
  readonly timeoutMs?: number | undefined;
  /** The server's clock if left out; for tests. */
  readonly clock?: Clock | undefined;
}

/** The options, checked and complete. */
export interface GatewaySettings {
  readonly api: VerificationApi;
  readonly identify: GatewayOptions["identify"];
  readonly policy: Policy;
  readonly limits: Limits;
  readonly countries: ReadonlySet<string>;
  readonly canChangePhone: boolean;
  readonly showsWhole: boolean;
  readonly revealsTaken: boolean;
  readonly challenge: GatewayOptions["challenge"];
  readonly clientAddress: ClientAddress | null;
  readonly origins: readonly string[];
  readonly onEvent: (event: GatewayEvent) => void;
  /** Without a slash at its end. */
  readonly basePath: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

const isOrigin = (text: unknown): boolean =>
  typeof text === "string" && URL.canParse(text) && new URL(text).origin === text;

const operations = [
  "status",
  "sendEmailCode",
  "confirmEmail",
  "sendPhoneCode",
  "resendPhoneCode",
  "confirmPhone",
] as const;

function problemsOf(options: GatewayOptions, policy: Policy): string[] {
  const { api, identify, destinations = {}, basePath = "/", origins = [], timeoutMs = 1 } = options;
  const problems: string[] = [];
  const missing = operations.filter((name) => typeof (api ?? {})[name] !== "function");
  if (missing.length > 0) problems.push(`api must have ${missing.join(", ")}`);
  if (typeof identify !== "function") problems.push("identify must be a function");
  for (const name of ["challenge", "clientAddress", "onEvent"] as const)
    if (options[name] !== undefined && typeof options[name] !== "function")
      problems.push(`${name} must be a function`);
  // Without a lock, a code of six digits is guessed in an afternoon.
  if (policy.lockMs < 1_000) problems.push("policy.lockMs must be at least 1000 on a server");
  const { countries = [] } = destinations;
  const unknown = countries.filter((country) => !isPhoneCountry(country));
  if (unknown.length > 0)
    problems.push("destinations.countries must be ISO 3166-1 alpha-2 codes, like BG (Great Britain is GB)");
  if (policy.channels.some((channel) => channel === "phone") && countries.length === 0)
    problems.push("destinations.countries must list the countries that phone codes may go to");
  if (typeof basePath !== "string" || !/^\/[\w\-./~]*$/.test(basePath))
    problems.push("basePath must be a path, like /verification");
  if (!origins.every(isOrigin)) problems.push("origins must be like https://shop.example, without a path");
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > 600_000)
    problems.push("timeoutMs must be a whole number from 1 to 600000");
  return problems;
}

/**
 * Checks the options and fills in what was left out.
 *
 * @throws TypeError that says what is wrong with each option, and quotes no value.
 */
export function resolveOptions(options: GatewayOptions): GatewaySettings {
  const policy = createPolicy(options.policy);
  const { limits, problems: limitProblems } = resolveLimits(options.limits ?? {});
  const problems = [
    ...policy.match(
      () => [],
      (found) => found.map(({ option, problem }) => `${option} ${problem}`),
    ),
    ...limitProblems,
    ...problemsOf(options, policy.unwrapOr(defaultPolicy)),
  ];
  if (policy.isErr() || problems.length > 0) throw new TypeError(`createGateway: ${problems.join("; ")}`);
  const { destinations = {}, onEvent } = options;
  return {
    api: options.api,
    identify: options.identify,
    policy: policy.value,
    limits,
    countries: new Set(destinations.countries),
    canChangePhone: destinations.canChangePhone ?? false,
    showsWhole: destinations.show === "whole",
    revealsTaken: destinations.revealTaken ?? false,
    challenge: options.challenge,
    clientAddress: options.clientAddress ?? null,
    origins: options.origins ?? [],
    onEvent: (event) => {
      try {
        onEvent?.(event);
      } catch {
        // A broken log must not break a verification.
      }
    },
    basePath: (options.basePath ?? "/verification").replace(/\/+$/, ""),
    timeoutMs: options.timeoutMs ?? 15_000,
    clock: options.clock ?? serverClock,
  };
}
