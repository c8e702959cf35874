import type { GetToken } from "@veristep/http";
import { clientCredentials, mutualTls, passwordGrant, TokenError } from "@veristep/http/token";
import { UsageError } from "./exit-codes.js";

/** Where access tokens come from: an OAuth server. */
export interface OAuthOptions {
  readonly tokenUrl?: string | undefined;
  readonly clientId?: string | undefined;
  /** The variable that holds the client's secret. */
  readonly clientSecretEnv?: string | undefined;
  readonly scope?: string | undefined;
  /** The path of the client's certificate, in PEM. */
  readonly cert?: string | undefined;
  /** The path of its private key. */
  readonly key?: string | undefined;
  /** The variable that holds the passphrase of an encrypted key. */
  readonly keyPassphraseEnv?: string | undefined;
  /** For the password grant. */
  readonly tokenUsername?: string | undefined;
  /** The variable that holds that user's password. */
  readonly tokenPasswordEnv?: string | undefined;
}

const DEFAULT_SECRET = "VERISTEP_CLIENT_SECRET";
const DEFAULT_PASSWORD = "VERISTEP_TOKEN_PASSWORD";
const DEFAULT_PASSPHRASE = "VERISTEP_KEY_PASSPHRASE";

const flags: ReadonlyArray<readonly [keyof OAuthOptions, string]> = [
  ["clientId", "--client-id"],
  ["clientSecretEnv", "--client-secret-env"],
  ["scope", "--scope"],
  ["cert", "--cert"],
  ["key", "--key"],
  ["keyPassphraseEnv", "--key-passphrase-env"],
  ["tokenUsername", "--token-username"],
  ["tokenPasswordEnv", "--token-password-env"],
];

/** Option names of `@veristep/http/token`, as the command calls them. */
const names: ReadonlyArray<readonly [RegExp, string]> = [
  [/\btokenUrl\b/g, "--token-url"],
  [/\bclientId\b/g, "--client-id"],
  [/\busername\b/g, "--token-username"],
  [/\bcertificate\b/g, "--cert"],
  [/^key\b/g, "--key"],
  [/\bpassphrase\b/g, "the passphrase of --key-passphrase-env"],
  [/(?<=check )scope\b/g, "--scope"],
];

const withFlags = (message: string): string =>
  names.reduce((text, [name, flag]) => text.replace(name, flag), message);

function secret(name: string, what: string, flag: string): string {
  const value = (process.env[name] ?? "").trim();
  if (value === "") {
    throw new UsageError(
      `No ${what}: the environment variable ${name} is not set. Name another one with ${flag}.`,
    );
  }
  return value;
}

/** Blanks belong to a passphrase; the line end of a file doesn't. */
function passphrase(name: string | undefined): string | undefined {
  const value = process.env[name ?? DEFAULT_PASSPHRASE]?.replace(/[\r\n]+$/, "") ?? "";
  if (value === "" && name !== undefined) {
    throw new UsageError(`No passphrase: the environment variable ${name} is not set.`);
  }
  return value === "" ? undefined : value;
}

function sourceOf(options: OAuthOptions, tokenUrl: string, timeoutMs: number): GetToken {
  const { clientId, clientSecretEnv, scope, cert, key, keyPassphraseEnv } = options;
  const { tokenUsername, tokenPasswordEnv } = options;
  if (clientId === undefined) throw new UsageError("--token-url needs --client-id.");
  const common = { tokenUrl, clientId, scope, timeoutMs };
  const clientSecret = () =>
    secret(clientSecretEnv ?? DEFAULT_SECRET, "secret of the client", "--client-secret-env");
  if (cert !== undefined || key !== undefined) {
    if (cert === undefined || key === undefined) throw new UsageError("Give --cert and --key together.");
    if (tokenUsername !== undefined || tokenPasswordEnv !== undefined) {
      throw new UsageError("Give either --cert and --key, or --token-username, not both.");
    }
    return mutualTls({
      ...common,
      certificate: cert,
      key,
      passphrase: passphrase(keyPassphraseEnv),
      ...(clientSecretEnv === undefined ? {} : { clientSecret: clientSecret() }),
    });
  }
  if (keyPassphraseEnv !== undefined) throw new UsageError("--key-passphrase-env needs --key.");
  if (tokenUsername === undefined) {
    if (tokenPasswordEnv !== undefined) throw new UsageError("--token-password-env needs --token-username.");
    return clientCredentials({ ...common, clientSecret: clientSecret() });
  }
  return passwordGrant({
    ...common,
    clientSecret: clientSecret(),
    username: tokenUsername,
    password: secret(tokenPasswordEnv ?? DEFAULT_PASSWORD, "password", "--token-password-env"),
  });
}

/**
 * Access tokens from an OAuth server: the client credentials grant, with a client certificate where one is given, or the
 * password grant. Secrets come from environment variables and files only.
 *
 * @param timeoutMs the deadline of one request to the token server.
 * @returns null where no option names an OAuth server.
 * @throws UsageError for options that can't be used together, or a secret that is missing.
 */
export function oauthToken(
  options: OAuthOptions,
  timeoutMs: number,
  tell: (line: string) => void,
): GetToken | null {
  const { tokenUrl } = options;
  if (tokenUrl === undefined) {
    const given = flags.find(([name]) => options[name] !== undefined);
    if (given !== undefined) throw new UsageError(`${given[1]} needs --token-url.`);
    return null;
  }
  let source: GetToken;
  try {
    source = sourceOf(options, tokenUrl, timeoutMs);
  } catch (error) {
    // The source checks its options, and quotes no value.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new UsageError(`${withFlags(error.message)}.`);
  }
  let told = "";
  return async (request) => {
    try {
      return await source(request);
    } catch (error) {
      const problem = error instanceof TokenError ? withFlags(error.message) : "";
      if (problem !== "" && problem !== told) tell(`No access token from --token-url: ${problem}`);
      told = problem;
      throw error;
    }
  };
}
