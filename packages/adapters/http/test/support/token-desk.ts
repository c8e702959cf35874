import { createSimulatedClock } from "@veristep/core/testing";
import type { GetToken } from "@veristep/http";
import { clientCredentials, TokenError, type ClientCredentialsOptions } from "@veristep/http/token";
import { json } from "./calls.js";

/** A request that reached the token endpoint. */
export interface TokenCall {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly authorization: string | null;
  readonly at: number;
}

const idle = new AbortController().signal;

export const secret = "s3cret-CANARY";

/** A token endpoint that a test answers, on simulated time, and a source in front of it. */
export function tokenDesk(
  answer: (call: TokenCall, index: number) => Response | Promise<Response>,
  options: Partial<ClientCredentialsOptions> = {},
  source: (options: ClientCredentialsOptions) => GetToken = clientCredentials,
) {
  const clock = createSimulatedClock();
  const calls: TokenCall[] = [];
  let underWay = 0;
  let most = 0;
  const getToken = source({
    tokenUrl: "https://auth.example.test/connect/token",
    clientId: "the-merchant",
    clientSecret: secret,
    clock,
    random: () => 1,
    fetch: async (url, init) => {
      const form = new URLSearchParams(String(init.body as URLSearchParams)); // The library's.
      const authorization = new Headers(init.headers).get("authorization");
      const call = { url, form, authorization, at: clock.now() };
      calls.push(call);
      underWay += 1;
      most = Math.max(most, underWay);
      try {
        return await answer(call, calls.length);
      } finally {
        underWay -= 1;
      }
    },
    ...options,
  });
  const first = () => getToken({ reason: "first", refused: null, signal: idle });
  return {
    clock,
    calls,
    getToken,
    /** How many requests were under way at the same time, at most. */
    most: () => most,
    first,
    expired: (refused: string | null = null) => getToken({ reason: "expired", refused, signal: idle }),
    /** The next token, or the code of the failure; time passes for what needs it. */
    next: async (get: () => string | Promise<string> = first): Promise<string> => {
      const settled = outcomeOf(get);
      await clock.settle();
      return await settled;
    },
  };
}

/** A token, or the code of the failure. */
export async function outcomeOf(get: () => string | Promise<string>): Promise<string> {
  try {
    return await get();
  } catch (error) {
    if (error instanceof TokenError) return error.code;
    throw error;
  }
}

/** An answer with a token. */
export const issued = (token: string, members: Readonly<Record<string, unknown>> = { expires_in: 3_600 }) =>
  json(200, { access_token: token, token_type: "Bearer", ...members });
