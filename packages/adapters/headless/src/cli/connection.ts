import { createHttpApi, type HttpApi } from "@veristep/http";
import { pooledFetch } from "../transport/pooled-fetch.js";
import { createGetToken, type TokenOptions } from "./access-token.js";
import { UsageError } from "./exit-codes.js";

export interface ConnectionOptions extends TokenOptions {
  readonly baseUrl: string;
  readonly timeout: number;
}

/** An API over pooled connections. */
export interface Connection extends AsyncDisposable {
  readonly api: HttpApi;
}

/** @throws UsageError for an address that can't be used, or without a token. */
export function connect(
  { baseUrl, timeout, ...token }: ConnectionOptions,
  connections: number,
  tell: (line: string) => void,
): Connection {
  const getToken = createGetToken(token, tell);
  try {
    const pool = pooledFetch(baseUrl, { connections });
    const api = createHttpApi({ baseUrl, getToken, fetch: pool.fetch, timeoutMs: timeout });
    return { api, [Symbol.asyncDispose]: () => pool.close() };
  } catch (error) {
    throw new UsageError(`--base-url: ${error instanceof Error ? error.message : "makes no sense"}`);
  }
}
