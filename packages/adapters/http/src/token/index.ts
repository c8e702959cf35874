import { systemClock, type Clock, type RandomSource } from "@veristep/core";
import * as oauth from "oauth4webapi";
import type { GetToken } from "../access-token.js";
import { checkedCount, checkedUrl, type Fetch } from "../options.js";
import { mutualTlsOf, type ClientCertificate } from "./mutual-tls.js";
import { tokenEndpoint } from "./token-endpoint.js";
import { createTokenSource } from "./token-source.js";

export { TokenError, type TokenErrorCode } from "./token-error.js";
export type { ClientCertificate } from "./mutual-tls.js";

/*
 * Sources of access tokens for a merchant's server, as `getToken` of `createHttpApi`. Each keeps its token and renews
 * it in time; calls that wait share one request. They reject as a `TokenError` that says what to change and holds no
 * secret. For Node: a token of the merchant must never be in a browser.
 */

/** The options of all sources. */
export interface TokenSourceOptions {
  /** The token endpoint of the OAuth server: https, or http on a loopback host. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** The scope of the token; several with blanks between them. The server's default if left out. */
  readonly scope?: string | undefined;
  /** Further members of the form, `audience` or `resource`, say. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Takes http on any host, for development. False if left out. */
  readonly allowHttp?: boolean | undefined;
  /** The deadline of one request, in ms. 10,000 if left out. */
  readonly timeoutMs?: number | undefined;
  /** The system's clock if left out. */
  readonly clock?: Clock | undefined;
  /** Spreads the pauses after failures. `Math.random` if left out. */
  readonly random?: RandomSource | undefined;
}

/** How the client authenticates. */
export interface ClientSecret {
  readonly clientSecret: string;
  /** Where the secret goes: into HTTP Basic, which every server takes, or into the form. `basic` if left out. */
  readonly clientAuthentication?: "basic" | "form" | undefined;
}

/** Options that reach `fetch`; a client certificate doesn't go through one. */
interface WithFetch {
  /** The global `fetch`, looked up at every call, if left out. */
  readonly fetch?: Fetch | undefined;
}

/** The client credentials grant (RFC 6749 §4.4): the merchant's server for itself. */
export interface ClientCredentialsOptions extends TokenSourceOptions, ClientSecret, WithFetch {}

/** The password grant (RFC 6749 §4.3). A refresh token that comes with it is used, and replaced when it rotates. */
export interface PasswordGrantOptions extends TokenSourceOptions, ClientSecret, WithFetch {
  readonly username: string;
  readonly password: string;
}

/** The client credentials grant with a client certificate in the TLS handshake (RFC 8705). */
export interface MutualTlsOptions extends TokenSourceOptions, ClientCertificate {
  /** Sent in HTTP Basic as well, for servers that want both. */
  readonly clientSecret?: string | undefined;
}

/** @throws TypeError or RangeError that names the option, and never quotes its value. */
export function clientCredentials(options: ClientCredentialsOptions): GetToken {
  return sourceOf(options, {
    grantType: "client_credentials",
    authentication: secretOf(options),
    form: () => ({}),
    fetch: fetchOf(options),
  });
}

/** @throws TypeError or RangeError that names the option, and never quotes its value. */
export function passwordGrant(options: PasswordGrantOptions): GetToken {
  const username = checkedText("username", options.username);
  const password = checkedSecret("password", options.password);
  const { clientId } = options;
  return sourceOf(options, {
    grantType: "password",
    authentication: secretOf(options),
    form: () => ({ client_id: clientId, username, password }),
    fetch: fetchOf(options),
  });
}

/** @throws TypeError or RangeError that names the option, and never quotes its value. */
export function mutualTls(options: MutualTlsOptions): GetToken {
  const { clientId, clientSecret } = options;
  const tls = mutualTlsOf(options);
  return sourceOf(options, {
    grantType: "client_credentials",
    authentication: clientSecret === undefined ? oauth.TlsClientAuth() : secretOf({ clientSecret }),
    form: () => ({ client_id: clientId, "IdentityServer:MTLS:X509Certificate": tls.thumbprint() }),
    fetch: tls.fetch,
  });
}

function sourceOf(
  {
    tokenUrl,
    clientId,
    scope,
    parameters = {},
    allowHttp,
    timeoutMs,
    clock = systemClock,
    random = Math.random,
  }: TokenSourceOptions,
  grant: {
    readonly grantType: string;
    readonly authentication: oauth.ClientAuth;
    readonly form: () => Readonly<Record<string, string>>;
    readonly fetch: Fetch;
  },
): GetToken {
  const request = tokenEndpoint({
    ...grant,
    url: checkedUrl("tokenUrl", tokenUrl, allowHttp === true).href,
    clientId: checkedText("clientId", clientId),
    form: () => ({ ...parameters, ...(scope !== undefined && { scope }), ...grant.form() }),
    clock,
    timeoutMs: checkedCount("timeoutMs", timeoutMs ?? 10_000),
  });
  return createTokenSource(request, clock, random);
}

function secretOf({ clientSecret, clientAuthentication = "basic" }: ClientSecret): oauth.ClientAuth {
  const secret = checkedSecret("clientSecret", clientSecret);
  if (clientAuthentication === "form") return oauth.ClientSecretPost(secret);
  if (clientAuthentication === "basic") return oauth.ClientSecretBasic(secret);
  throw new TypeError('clientAuthentication must be "basic" or "form"');
}

const fetchOf = ({ fetch }: WithFetch): Fetch => fetch ?? ((url, init) => globalThis.fetch(url, init));

function checkedText(option: string, value: unknown): string {
  if (typeof value !== "string" || value.trim() === "")
    throw new TypeError(`${option} must be a text that isn't empty`);
  return value;
}

/** A secret that was read from a file often ends with a line break. */
const checkedSecret = (option: string, value: unknown): string =>
  checkedText(option, value).replace(/[\r\n]+$/, "");
