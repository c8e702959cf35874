import { systemClock, type Clock } from "@veristep/core";
import type { GetToken } from "./access-token.js";
import { describeTrouble, type Trouble } from "./trouble.js";

/** The part of `fetch` that this adapter uses; the global `fetch` fits. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How to reach one deployment of the API. */
export interface HttpApiOptions {
  /**
   * Where the API is: https, or http on a loopback host (`localhost`, `127.0.0.0/8`, `[::1]`) or with `allowHttp`.
   * A path prefix is kept. No credentials, query or fragment. The only origin that ever gets a request.
   */
  readonly baseUrl: string;
  /** Gets an access token; see {@link GetToken}. */
  readonly getToken: GetToken;
  /**
   * Takes http on any host, for development on a device or between containers. The token and the codes are then
   * readable on the way. False if left out.
   */
  readonly allowHttp?: boolean | undefined;
  /** The global `fetch`, looked up at every call, if left out. */
  readonly fetch?: Fetch | undefined;
  /**
   * The deadline of one call, in ms: getting a token, connecting, headers and body, and the repeat after a 401
   * together. 1 to 2,147,483,647; 10,000 if left out.
   */
  readonly timeoutMs?: number | undefined;
  /** The API's `correlationType`: 0 individual user, 1 merchant flow. Not sent if left out. */
  readonly correlationType?: 0 | 1 | undefined;
  /** Times the deadlines and dates the `Retry-After` header. The system's clock if left out. */
  readonly clock?: Clock | undefined;
  /** How many bytes of one body to read at most, after decompression. 1 to 2,147,483,647; 65,536 if left out. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Receives the errors of `getToken` and `fetch`, for logs: failures say only what an error means for a call. Masked
   * (B26). Errors that it throws are ignored.
   */
  readonly onError?: ((trouble: Trouble) => void) | undefined;
}

/** The options, checked and complete. */
export interface HttpApiSettings {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly getToken: GetToken;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly maxBodyBytes: number;
  /** The options that keep a request out of caches, and cookies and referrers out of it, as far as the platform has them. */
  readonly privacy: RequestInit;
  /** Never throws. */
  readonly report: (during: Trouble["during"], thrown: unknown, secrets: readonly string[] | null) => void;
  /** Goes into the body of the operations that know it. */
  readonly correlation: { readonly correlationType?: 0 | 1 };
}

// Longer delays fire at once in JavaScript.
const largestDelay = 2_147_483_647;
const privacy: RequestInit = {
  credentials: "omit",
  cache: "no-store",
  referrerPolicy: "no-referrer",
};
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Checks the options and fills in what was left out.
 *
 * @throws TypeError or RangeError that names the option, and never quotes its value: a URL can hold a password.
 */
export function resolveOptions(options: HttpApiOptions): HttpApiSettings {
  const { getToken, fetch: ownFetch, correlationType, clock = systemClock, onError } = options;
  if (typeof getToken !== "function") throw new TypeError("getToken must be a function");
  if (ownFetch !== undefined && typeof ownFetch !== "function")
    throw new TypeError("fetch must be a function");
  if (typeof clock.now !== "function" || typeof clock.schedule !== "function")
    throw new TypeError("clock must have now() and schedule()");
  if (correlationType !== undefined && correlationType !== 0 && correlationType !== 1)
    throw new RangeError("correlationType must be 0 or 1");
  if (onError !== undefined && typeof onError !== "function")
    throw new TypeError("onError must be a function");
  return {
    baseUrl: checkedUrl("baseUrl", options.baseUrl, options.allowHttp === true).href.replace(/\/+$/, ""),
    getToken,
    // A wrapper, because browsers refuse a fetch that is called as a method of another object.
    fetch: ownFetch ?? ((url, init) => globalThis.fetch(url, init)),
    timeoutMs: checkedCount("timeoutMs", options.timeoutMs ?? 10_000),
    clock,
    maxBodyBytes: checkedCount("maxBodyBytes", options.maxBodyBytes ?? 65_536),
    privacy: Object.fromEntries(Object.entries(privacy).filter(isTaken)),
    report: (...trouble) => {
      try {
        onError?.(describeTrouble(...trouble));
      } catch {
        // A hook for logs must not change what a call does.
      }
    },
    correlation: correlationType === undefined ? {} : { correlationType },
  };
}

/** Whether the platform takes a member of `RequestInit`: workerd throws at those that it doesn't implement. */
function isTaken([name, value]: [string, unknown]): boolean {
  try {
    return Boolean(new Request("https://localhost", { [name]: value }));
  } catch {
    return false;
  }
}

/** @throws TypeError that names the option. */
export function checkedUrl(option: string, value: string, allowHttp: boolean): URL {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw new TypeError(`${option} must be an absolute URL`);
  }
  const isHttpAllowed = allowHttp || loopback.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isHttpAllowed))
    throw new TypeError(`${option} must be https, or http on a loopback host or with allowHttp`);
  // A bare "?" or "#" leaves `search` and `hash` empty, and would still swallow the path that follows.
  if (url.username !== "" || url.password !== "" || /[?#]/.test(url.href))
    throw new TypeError(`${option} must not have credentials, a query or a fragment`);
  return url;
}

/** @throws RangeError that names the option. */
export function checkedCount(option: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > largestDelay)
    throw new RangeError(`${option} must be an integer from 1 to ${largestDelay}`);
  return value;
}
