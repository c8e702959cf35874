import type { Clock } from "@veristep/core";
import * as oauth from "oauth4webapi";
import { bounded } from "../bounded.js";
import { readBody } from "../exchange.js";
import type { Fetch } from "../options.js";
import { parseRetryAfter } from "../retry-after.js";
import type { IssuedToken, RequestToken } from "./token-source.js";
import { isRegistered, TokenError } from "./token-error.js";

export interface TokenEndpoint {
  readonly url: string;
  readonly clientId: string;
  readonly authentication: oauth.ClientAuth;
  readonly grantType: string;
  /** The form of the full grant, read again for each request: a certificate can be replaced. */
  readonly form: () => Readonly<Record<string, string>>;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

const MOST_BYTES = 65_536;

/** The members that are read of an answer. Others, such as an `id_token` or a description, can hold anything. */
const KNOWN = new Set(["access_token", "token_type", "expires_in", "refresh_token", "error"]);

/** Requests tokens; fails as a {@link TokenError} only. */
export function tokenEndpoint(endpoint: TokenEndpoint): RequestToken {
  const { url, clientId, authentication, grantType, form, clock, timeoutMs } = endpoint;
  const server: oauth.AuthorizationServer = { issuer: new URL(url).origin, token_endpoint: url };
  const client: oauth.Client = { client_id: clientId };

  const request = async (refreshToken: string | null, signal: AbortSignal): Promise<IssuedToken> => {
    let answer: Response | null = null;
    const options = {
      [oauth.allowInsecureRequests]: true, // The options were checked before.
      [oauth.customFetch]: async (target: string, init: RequestInit) => {
        const response = await endpoint.fetch(target, init);
        return (answer = await plainAnswer(response, signal));
      },
      signal,
    };
    try {
      const { scope, ...credentials } = form();
      const response =
        refreshToken === null
          ? await oauth.genericTokenEndpointRequest(
              server,
              client,
              authentication,
              grantType,
              { ...credentials, ...(scope !== undefined && { scope }) },
              options,
            )
          : await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options);
      const issued = await oauth.processGenericTokenEndpointResponse(server, client, response);
      return {
        value: issued.access_token,
        lifeMs: issued.expires_in === undefined ? null : issued.expires_in * 1_000,
        refreshToken: issued.refresh_token ?? null,
      };
    } catch (error) {
      throw explain(error, answer, clock);
    }
  };

  return async (refreshToken) => {
    const outcome = await bounded((signal) => request(refreshToken, signal), {
      deadline: { clock, ms: timeoutMs },
    });
    if (outcome.kind === "done") return outcome.value;
    if (outcome.kind === "threw") throw outcome.error;
    throw new TokenError("timeout", {
      message: `The token server didn't answer within ${timeoutMs} ms. Check tokenUrl and the network.`,
    });
  };
}

/** The answer with the known members of its body only, all of them own, and no challenge in its headers. */
async function plainAnswer(response: Response, signal: AbortSignal): Promise<Response> {
  const { status, headers } = response;
  const body = await readBody(response, MOST_BYTES, signal, () => {});
  const known: Record<string, unknown> = {};
  try {
    const content = typeof body === "string" ? "" : body.content;
    const json: unknown = JSON.parse(
      typeof content === "string" ? content : new TextDecoder().decode(content),
    );
    for (const [name, value] of Object.entries(json ?? {}))
      if (KNOWN.has(name) && value !== null) known[name] = value;
    // A server never issues an expired token: 0 means that it doesn't say.
    if (!(Number(known["expires_in"]) > 0)) delete known["expires_in"];
  } catch {
    // Then it has no known members.
  }
  const kept = new Headers({ "content-type": "application/json" });
  for (const name of ["retry-after", "date"]) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  // A Response can't be made with these: 0 is an opaque redirect, and 1xx isn't an answer.
  const madeStatus = status < 200 ? 302 : status;
  return new Response([204, 205, 304].includes(status) ? null : JSON.stringify(known), {
    status: madeStatus,
    headers: kept,
  });
}

/** Says in our own words why a request failed, because the library's words can quote anything. */
function explain(error: unknown, answer: Response | null, clock: Clock): TokenError {
  if (answer === null) {
    const code = codeOf(error);
    return new TokenError("unreachable", {
      message: `The token server can't be reached${code === null ? "" : ` (${code})`}. Check tokenUrl and the network.`,
    });
  }
  const { status, headers } = answer;
  const retryAfterMs = parseRetryAfter(headers, () => clock.now());
  if (error instanceof oauth.ResponseBodyError && isRegistered(error.error))
    return new TokenError(error.error, { status, retryAfterMs });
  if (status === 200)
    return new TokenError("notAToken", {
      status,
      message: "The token server's answer holds no access token. Check tokenUrl.",
    });
  const hint = status >= 500 || status === 429 ? "Wait, then ask who runs it." : "Check tokenUrl.";
  return new TokenError("httpStatus", {
    status,
    retryAfterMs,
    message: `The token server answered ${status}. ${hint}`,
  });
}

/** Node's error code, at whichever depth. */
function codeOf(error: unknown): string | null {
  for (let one = error, depth = 0; one instanceof Error && depth < 4; one = one.cause, depth += 1) {
    if (
      "code" in one &&
      typeof one.code === "string" &&
      /^E[A-Z][A-Z\d_]*$|^[A-Z]+_[A-Z\d_]+$/.test(one.code)
    )
      return one.code;
  }
  return null;
}
