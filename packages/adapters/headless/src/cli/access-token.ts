import { exec } from "node:child_process";
import { promisify } from "node:util";
import type { GetToken } from "@veristep/http";
import { errorCode } from "../error-code.js";
import { UsageError } from "./exit-codes.js";

export interface TokenOptions {
  /** The variable that holds a token. */
  readonly tokenEnv?: string | undefined;
  /** A command that prints one. */
  readonly tokenCommand?: string | undefined;
}

const DEFAULT_VARIABLE = "VERISTEP_TOKEN";

const LONGEST_OUTPUT_KIB = 64;

/** What came of a command that has failed. Its output is not quoted: a token may be in it. */
function problemOf(error: unknown, isStopped: boolean): string {
  if (isStopped) return "was stopped before it had ended; --timeout says how long it may take";
  if (errorCode(error) === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") {
    return `printed more than ${LONGEST_OUTPUT_KIB} KiB`;
  }
  if (!(error instanceof Error)) return "could not be run";
  if ("code" in error && typeof error.code === "number") return `ended with exit status ${error.code}`;
  if ("signal" in error && typeof error.signal === "string") return `was ended by ${error.signal}`;
  return "could not be run";
}

/**
 * Tokens from a variable, or from a command, which is run again when a token has expired.
 *
 * @param tell is told what is wrong with the command.
 * @param flag what the names of the flags begin with.
 */
export function createGetToken(
  { tokenEnv, tokenCommand }: TokenOptions,
  tell: (line: string) => void,
  flag = "--token",
): GetToken {
  if (tokenCommand !== undefined) {
    if (tokenEnv !== undefined) throw new UsageError(`Give ${flag}-env or ${flag}-command, not both.`);
    const run = promisify(exec);
    return async ({ signal }) => {
      try {
        const maxBuffer = LONGEST_OUTPUT_KIB * 1024;
        const { stdout } = await run(tokenCommand, { signal, encoding: "utf8", maxBuffer });
        if (stdout.trim() === "") tell(`The command of ${flag}-command printed nothing.`);
        return stdout.trim();
      } catch (error) {
        tell(`The command of ${flag}-command ${problemOf(error, signal.aborted)}.`);
        throw error;
      }
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
