import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { CodeSource, NoCodes } from "../codes/code-source.port.js";
import { outboxCodes } from "../codes/outbox-codes.js";
import { promptCodes } from "../codes/prompt/prompt-codes.js";
import { secretFromEnv } from "../codes/secret.js";
import { stdinCodes } from "../codes/stdin-codes.js";
import { isTerminal } from "../codes/prompt/terminal.js";
import type { ImapOptions } from "../codes/imap/index.js";
import type { providers, SmsProvider } from "../codes/webhook/index.js";
import { createGetToken } from "./access-token.js";
import { codeSources } from "./choices.js";
import { describeMailProblem, describePostProblem } from "./code-problems.js";
import { UsageError } from "./exit-codes.js";
import { given } from "./given.js";
import type { Output } from "./output.js";

export interface CodesOptions {
  readonly codes: (typeof codeSources)[number];
  readonly baseUrl: string;
  readonly imapHost?: string | undefined;
  readonly imapUser?: string | undefined;
  readonly imapPasswordEnv?: string | undefined;
  readonly imapTokenEnv?: string | undefined;
  readonly imapTokenCommand?: string | undefined;
  readonly imapPattern?: RegExp | undefined;
  readonly imapFolder?: string | undefined;
  readonly imapFrom?: string | undefined;
  readonly imapSecurity?: "tls" | "starttls" | "none" | undefined;
  readonly imapPort?: number | undefined;
  readonly webhookPort?: number | undefined;
  readonly webhookSender?: keyof typeof providers | undefined;
  readonly webhookSecretEnv?: string | undefined;
  readonly webhookUrl?: string | undefined;
  readonly smsMap?: SmsProvider | undefined;
}

const needed = (value: string | undefined, flag: string, source: string): string => {
  if (value === undefined) throw new UsageError(`--codes ${source} needs ${flag}.`);
  return value;
};

type Opened = Effect.Effect<CodeSource, NoCodes, Scope.Scope>;

/** How long a command may take to print an access token, in ms. */
const TOKEN_PATIENCE_MS = 30_000;

/** The one of the three ways to sign in that the options name. */
function mailCredential(options: CodesOptions, tell: (line: string) => void): ImapOptions["credential"] {
  const { imapPasswordEnv: password, imapTokenEnv: tokenEnv, imapTokenCommand: tokenCommand } = options;
  const given = [password, tokenEnv, tokenCommand].filter((name) => name !== undefined).length;
  if (given !== 1) {
    throw new UsageError(
      "--codes imap needs one of --imap-password-env, --imap-token-env and --imap-token-command.",
    );
  }
  if (password !== undefined) return { password: secretFromEnv(password) };
  if (tokenEnv !== undefined) return { accessToken: secretFromEnv(tokenEnv) };
  const getToken = createGetToken({ tokenCommand }, tell, "--imap-token");
  return {
    accessToken: async () =>
      getToken({ reason: "first", refused: null, signal: AbortSignal.timeout(TOKEN_PATIENCE_MS) }),
  };
}

async function imap(options: CodesOptions, tell: (line: string) => void): Promise<Opened> {
  const { imapCodes } = await import("../codes/imap/index.js");
  return imapCodes({
    host: needed(options.imapHost, "--imap-host", "imap"),
    user: needed(options.imapUser, "--imap-user", "imap"),
    credential: mailCredential(options, tell),
    onProblem: (problem) => {
      tell(describeMailProblem(problem));
    },
    ...given({
      port: options.imapPort,
      folder: options.imapFolder,
      from: options.imapFrom,
      pattern: options.imapPattern,
      security: options.imapSecurity,
    }),
  });
}

async function webhook(options: CodesOptions, tell: (line: string) => void): Promise<Opened> {
  const { providers, signsUrl, smsWebhook, webhookCodes } = await import("../codes/webhook/index.js");
  const { smsMap, webhookSender = "json", webhookUrl } = options;
  const secret = secretFromEnv(needed(options.webhookSecretEnv, "--webhook-secret-env", "webhook"));
  const provider = smsMap ?? providers[webhookSender];
  if (signsUrl(provider.signature)) {
    const source = smsMap === undefined ? `webhook --webhook-sender ${webhookSender}` : "webhook with {url}";
    needed(webhookUrl, "--webhook-url", source);
  }
  return webhookCodes({
    senders: { "/codes": smsWebhook(provider, { secret, ...given({ url: webhookUrl }) }) },
    onProblem: ({ problem }) => {
      tell(describePostProblem(problem));
    },
    ...given({ port: options.webhookPort }),
  }).pipe(
    Effect.tap(({ url }) =>
      Effect.sync(() => {
        tell(`Listening for messages at ${url}/codes`);
      }),
    ),
  );
}

/** Runs before anything is sent: without a terminal, a sent code couldn't be entered. */
function prompt({ prompt: screen }: Output): Opened {
  if (isTerminal(process.stdin)) return Effect.succeed(promptCodes({ screen }));
  const others = codeSources.filter((source) => source !== "prompt").join("|");
  throw new UsageError(`--codes prompt asks at a terminal, but this isn't one. Use --codes ${others}.`);
}

/** The source of codes that the options name. @throws UsageError when an option is missing. */
export async function chooseCodes(options: CodesOptions, output: Output): Promise<Opened> {
  const { tell } = output;
  switch (options.codes) {
    case "prompt":
      return prompt(output);
    case "stdin":
      return Effect.succeed(
        stdinCodes({
          onProblem: ({ line, problem }) => {
            tell(`codes, line ${line}: ${typeof problem === "string" ? problem : JSON.stringify(problem)}`);
          },
        }),
      );
    case "outbox":
      return Effect.succeed(outboxCodes({ url: options.baseUrl }));
    case "imap":
      return imap(options, tell);
    case "webhook":
      return webhook(options, tell);
  }
}
