import type { GetToken } from "@veristep/http";
import { UsageError } from "./exit-codes.js";
import { runTokenCommand, TokenCommandError } from "./token-command.js";

export interface TokenOptions {
  /** The variable that holds a token. */
  readonly tokenEnv?: string | undefined;
  /** A command that prints one. */
  readonly tokenCommand?: string | undefined;
}

const DEFAULT_VARIABLE = "VERISTEP_TOKEN";

/** A token as people copy it: with a line end, in quotes, with the name of its scheme. */
const bare = (token: string): string =>
  token
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .replace(/^Bearer(\s+|$)/i, "")
    .trim();

/**
 * Tokens from a variable, or from a command, which is run again when a token has expired.
 *
 * @param tell shows the user what is wrong with the command.
 * @param flag what the names of the flags begin with.
 */
export function createGetToken(
  { tokenEnv, tokenCommand }: TokenOptions,
  tell: (line: string) => void,
  flag = "--token",
): GetToken {
  if (tokenCommand !== undefined) {
    if (tokenEnv !== undefined) throw new UsageError(`Give ${flag}-env or ${flag}-command, not both.`);
    return async ({ signal }) => {
      try {
        const token = bare(await runTokenCommand(tokenCommand, signal));
        if (token === "") tell(`The command of ${flag}-command printed nothing.`);
        return token;
      } catch (error) {
        const problem = error instanceof TokenCommandError ? error.message : "could not be run";
        tell(`The command of ${flag}-command ${problem}.`);
        throw error;
      }
    };
  }
  const name = tokenEnv ?? DEFAULT_VARIABLE;
  if (bare(process.env[name] ?? "") === "") {
    throw new UsageError(
      `No access token: the environment variable ${name} is not set. Name another one with --token-env, a command that prints a token with --token-command, or an OAuth server with --token-url.`,
    );
  }
  return () => bare(process.env[name] ?? "");
}
