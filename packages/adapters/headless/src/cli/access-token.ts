import { exec } from "node:child_process";
import { promisify } from "node:util";
import type { GetToken } from "@veristep/http";
import { UsageError } from "./exit-codes.js";

export interface TokenOptions {
  /** The variable that holds a token. */
  readonly tokenEnv?: string | undefined;
  /** A command that prints one. */
  readonly tokenCommand?: string | undefined;
}

const DEFAULT_VARIABLE = "VERISTEP_TOKEN";

/** Tokens from a variable, or from a command, which is run again when a token has expired. */
export function createGetToken({ tokenEnv, tokenCommand }: TokenOptions): GetToken {
  if (tokenCommand !== undefined) {
    if (tokenEnv !== undefined) throw new UsageError("Give --token-env or --token-command, not both.");
    const run = promisify(exec);
    return async ({ signal }) => {
      const { stdout } = await run(tokenCommand, { signal, encoding: "utf8", maxBuffer: 64 * 1024 });
      return stdout.trim();
    };
  }
  const name = tokenEnv ?? DEFAULT_VARIABLE;
  if ((process.env[name] ?? "") === "") {
    throw new UsageError(
      `No access token: the environment variable ${name} is not set. Name another one with --token-env, or a command that prints a token with --token-command.`,
    );
  }
  return () => process.env[name] ?? "";
}
