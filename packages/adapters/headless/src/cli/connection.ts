import { createHttpApi, type GetToken, type HttpApi } from "@veristep/http";
import { decodeJwt } from "jose";
import { pooledFetch } from "../pooled-fetch.js";
import { createGetToken, type TokenOptions } from "./access-token.js";
import { UsageError } from "./exit-codes.js";
import { oauthToken, type OAuthOptions } from "./oauth-token.js";

export interface ConnectionOptions extends TokenOptions, OAuthOptions {
  readonly baseUrl: string;
  readonly timeout: number;
}

/** An API over pooled connections. */
export interface Connection extends AsyncDisposable {
  readonly api: HttpApi;
  /** Where the API is, in the one way to write it. */
  readonly baseUrl: string;
  /** Whose access token is used; null where it doesn't say, or can't be obtained now. */
  readonly user: () => Promise<string | null>;
}

/** Whose token it is, of a JSON Web Token: who issued it, and for which client or subject. */
function userOf(token: string): string | null {
  try {
    const { iss = "", sub, client_id: client, azp } = decodeJwt(token);
    const user = client ?? azp ?? sub;
    return typeof user === "string" ? `${iss}\n${user}` : null;
  } catch {
    return null;
  }
}

/** Keeps the first token for the first request: it was fetched early to see whose it is. */
function lookAhead(getToken: GetToken, timeoutMs: number) {
  let first: string | null = null;
  return {
    getToken: (async (request) => {
      const kept = request.reason === "first" ? first : null;
      first = null;
      return kept ?? getToken(request);
    }) satisfies GetToken,
    user: async () => {
      try {
        first ??= await getToken({ reason: "first", refused: null, signal: AbortSignal.timeout(timeoutMs) });
        return userOf(first);
      } catch {
        return null;
      }
    },
  };
}

/** A base URL without what makes two texts of one address. */
const normalUrl = (baseUrl: string): string => {
  const { origin, pathname } = new URL(baseUrl);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
};

/** The one source of access tokens that the options name. */
function tokenSource(
  options: TokenOptions & OAuthOptions,
  timeoutMs: number,
  tell: (line: string) => void,
): GetToken {
  const source = oauthToken(options, timeoutMs, tell);
  if (source === null) return createGetToken(options, tell);
  if (options.tokenEnv !== undefined || options.tokenCommand !== undefined) {
    throw new UsageError("Give one of --token-url, --token-env and --token-command.");
  }
  return source;
}

/** @throws UsageError for an address that can't be used, or without a token. */
export function connect(
  { baseUrl, timeout, ...token }: ConnectionOptions,
  connections: number,
  tell: (line: string) => void,
): Connection {
  const { getToken, user } = lookAhead(tokenSource(token, timeout, tell), timeout);
  try {
    const pool = pooledFetch(baseUrl, { connections });
    const api = createHttpApi({ baseUrl, getToken, fetch: pool.fetch, timeoutMs: timeout });
    return { api, baseUrl: normalUrl(baseUrl), user, [Symbol.asyncDispose]: () => pool.close() };
  } catch (error) {
    throw new UsageError(`--base-url: ${error instanceof Error ? error.message : "it can't be used"}`);
  }
}
