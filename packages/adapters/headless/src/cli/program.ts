import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { InputError } from "../batch/read-rows.js";
import { JournalError } from "../journal/schema.js";
import { batchCommand, type BatchCommandOptions } from "./batch-command.js";
import { codeSources } from "./codes.js";
import { applyConfiguration } from "./configuration.js";
import { exitCode, UsageError, type ExitCode } from "./exit-codes.js";
import type { Output } from "./output.js";
import {
  registerCommand,
  sandboxCommand,
  statusCommand,
  type SandboxCommandOptions,
} from "./small-commands.js";
import { verifyCommand, type VerifyCommandOptions } from "./verify-command.js";

const version = (): string => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  // Our own package.json.
  return (JSON.parse(text) as { readonly version: string }).version;
};

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };

const perSecond = (text: string): number => {
  const value = Number(text.replace(/\/s$/, ""));
  if (!Number.isFinite(value) || value <= 0 || value > 100_000) {
    throw new InvalidArgumentError('It must be a rate like "50/s".');
  }
  return value;
};

const option = (flags: string, description: string) => new Option(flags, description);
const number = (flags: string, description: string, least: number, most: number) =>
  option(flags, description).argParser(whole(least, most));

const MAX_ID = 2_147_483_647;
const userId = () => number("--user-id <id>", "the user", 1, MAX_ID).makeOptionMandatory();
const json = () => option("--json", "lines of JSON on the standard output, and nothing else there");

const connection = () => [
  option("--base-url <url>", "where the API is: https, or http on this machine")
    .env("VERISTEP_BASE_URL")
    .default("https://api-test.10npay.com"),
  option("--token-env <name>", "the environment variable with the access token (VERISTEP_TOKEN)").env(
    "VERISTEP_TOKEN_ENV",
  ),
  option("--token-command <command>", "a command that prints an access token; run again when it expires").env(
    "VERISTEP_TOKEN_COMMAND",
  ),
  number("--timeout <ms>", "the deadline of one request", 1, 600_000).env("VERISTEP_TIMEOUT").default(10_000),
];

const codes = () => [
  option("--codes <source>", "where codes come from")
    .choices(codeSources)
    .env("VERISTEP_CODES")
    .default("prompt"),
  option("--imap-host <host>", "imap: the mail server").env("VERISTEP_IMAP_HOST"),
  number("--imap-port <port>", "imap: its port", 1, 65_535).env("VERISTEP_IMAP_PORT"),
  option("--imap-user <user>", "imap: the mailbox").env("VERISTEP_IMAP_USER"),
  option("--imap-password-env <name>", "imap: the environment variable with the password").env(
    "VERISTEP_IMAP_PASSWORD_ENV",
  ),
  option("--imap-security <kind>", "imap: how the connection is protected (tls)")
    .choices(["tls", "starttls", "none"])
    .env("VERISTEP_IMAP_SECURITY"),
  option("--imap-folder <folder>", "imap: the folder (INBOX)").env("VERISTEP_IMAP_FOLDER"),
  option("--imap-from <sender>", "imap: take codes from this address or @domain only").env(
    "VERISTEP_IMAP_FROM",
  ),
  number("--webhook-port <port>", "webhook: the port to listen at; any free one if left out", 0, 65_535).env(
    "VERISTEP_WEBHOOK_PORT",
  ),
  option("--webhook-sender <sender>", "webhook: who posts (json)")
    .choices(["json", "twilio", "vonage"])
    .env("VERISTEP_WEBHOOK_SENDER"),
  option(
    "--webhook-secret-env <name>",
    "webhook: the environment variable with the key of the signatures",
  ).env("VERISTEP_WEBHOOK_SECRET_ENV"),
  option("--webhook-url <url>", "webhook: for twilio, the address that it posts to").env(
    "VERISTEP_WEBHOOK_URL",
  ),
];

const EXIT_CODES = `
Exit status: 0 verified; 1 (batch) rows that can't be used; 2 usage; 3 waits for a person; 4 refused by the API;
5 could not be reached, or no token; 130 interrupted.`;

const CONFIGURATION = `
Options can come from flags, from the environment (shown with each) and from a file of JSON, in this order:
--config veristep.json, with {"base-url": "https://...", "codes": "imap"}. Secrets are never flags: name the
environment variable that holds them.`;

interface Given {
  readonly config?: string | undefined;
}

/**
 * The command line, as data and handlers. On commander: Effect's own CLI needs the services of a platform package
 * that is for Node 22.19, and has no configuration file of its own.
 */
function createProgram(output: Output, done: (code: ExitCode) => void): Command {
  const program = new Command("veristep")
    .description("Verifies contacts against the 10npay API: an e-mail address, then a phone number.")
    .version(version())
    .showHelpAfterError("(--help shows what there is)")
    .configureOutput({
      writeOut: (text) => {
        output.print(text.trimEnd());
      },
      writeErr: (text) => {
        output.tell(text.trimEnd());
      },
    })
    .exitOverride()
    .addHelpText("after", `${CONFIGURATION}\n${EXIT_CODES}`);

  const command = (
    name: string,
    description: string,
    options: readonly Option[],
    examples: readonly string[],
  ): Command => {
    const made = program.command(name).description(description);
    for (const one of options) made.addOption(one);
    made.addOption(option("--config <file>", "a file of JSON with options").env("VERISTEP_CONFIG"));
    made.addHelpText(
      "after",
      `\nExamples:\n${examples.map((one) => `  $ ${one}`).join("\n")}\n${EXIT_CODES}`,
    );
    made.hook("preAction", (_, action) => {
      const { config } = action.opts<Given>();
      const all = program.commands.flatMap(({ options }) => options);
      if (config !== undefined) applyConfiguration(action, config, all);
    });
    return made;
  };

  command(
    "verify",
    "Verifies the contacts of one user.",
    [
      userId(),
      option("--email <address>", "the registered address; without it only the phone is verified"),
      option("--phone <number>", "the number, as +359881234567; asked for at a terminal if left out"),
      ...connection(),
      ...codes(),
      option("--state <file>", "keeps the flow in this file, and goes on from it").env("VERISTEP_STATE"),
      number(
        "--retry-rounds <n>",
        "goes on so often after the repeats of a call were spent",
        0,
        1_000,
      ).default(0),
      json(),
    ],
    [
      "veristep verify --user-id 42 --email ivan@example.com --phone +359881234567",
      "veristep verify --user-id 42 --email ivan@example.com --state ivan.state --json --codes stdin < codes.ndjson",
      "veristep verify --user-id 42 --email ivan@example.com --base-url http://127.0.0.1:8080 --codes outbox",
    ],
  ).action(async (options: VerifyCommandOptions) => {
    done(await verifyCommand(options, output));
  });

  command(
    "batch",
    "Verifies everybody in a file; run again with the same journal, it goes on where it stopped.",
    [
      option("--journal <file>", "what was done; needed but for --dry-run").env("VERISTEP_JOURNAL"),
      option("--format <format>", "of the input; by the name of the file if left out").choices([
        "csv",
        "ndjson",
      ]),
      number("--concurrency <n>", "flows at work at the same time", 1, 10_000)
        .env("VERISTEP_CONCURRENCY")
        .default(32),
      option("--rate <n/s>", "calls in a second, at most").argParser(perSecond).env("VERISTEP_RATE"),
      option("--send-rate <n/s>", "codes that are asked for in a second, at most")
        .argParser(perSecond)
        .env("VERISTEP_SEND_RATE"),
      option("--report <file>", "writes how each row has ended (.csv, or .ndjson)"),
      number("--resend-after <s>", "asks for another code when none has come for so long", 1, 86_400).default(
        60,
      ),
      number("--resends <n>", "how many more codes are asked for", 0, 100).default(2),
      number("--cooldown <s>", "the least time between two codes to one contact", 0, 86_400),
      number(
        "--retry-rounds <n>",
        "goes on so often after the repeats of a call were spent",
        0,
        1_000,
      ).default(2),
      number("--drain <s>", "how long what is under way may take after Ctrl+C", 0, 3_600).default(10),
      option("--dry-run", "checks the input, and calls nobody"),
      ...connection(),
      ...codes(),
      json(),
    ],
    [
      "veristep batch users.csv --dry-run",
      "veristep batch users.csv --journal users.journal --codes imap --imap-host mail.example.com --imap-user robot --imap-password-env MAIL_PASSWORD --rate 50/s --report report.csv",
      "zcat users.ndjson.gz | veristep batch - --format ndjson --journal users.journal --codes webhook --webhook-secret-env HOOK_KEY",
    ],
  )
    .argument(
      "<input>",
      "a .csv or .ndjson file with userId, email, phone and reference; - is the standard input",
    )
    .action(async (input: string, options: BatchCommandOptions) => {
      done(await batchCommand(input, options, output));
    });

  command(
    "status",
    "Reads what is verified of one user.",
    [userId(), ...connection(), json()],
    [
      "veristep status --user-id 42",
      "veristep status --user-id 42 --json --token-command 'vault read -field=token secret/10npay'",
    ],
  ).action(async (options: Parameters<typeof statusCommand>[0]) => {
    done(await statusCommand(options, output));
  });

  command(
    "sandbox",
    "Serves a stand-in of the API on this machine, with a mailbox and a phone to look at.",
    [
      number("--port <port>", "any free one if left out", 0, 65_535).default(0),
      number("--seed <n>", "makes its codes and faults repeatable", 0, 4_294_967_295),
      option(
        "--fault <rule>",
        "OPERATION:KIND[:PROBABILITY], or the JSON of a rule; may be given several times",
      )
        .argParser((rule: string, rules: readonly string[]) => [...rules, rule])
        .default([]),
      json(),
    ],
    [
      "veristep sandbox --port 8080",
      "veristep sandbox --port 8080 --fault confirmEmail:dropAfter --fault '*:status5xx:0.05'",
    ],
  ).action(async (options: SandboxCommandOptions) => {
    done(await sandboxCommand(options, output));
  });

  command(
    "register",
    "Registers a user, for tests; prints the id. The service mails a first code.",
    [
      option("--email <address>", "the address").makeOptionMandatory(),
      number("--merchant-id <id>", "on whose behalf", 1, MAX_ID).default(1),
      ...connection(),
      json(),
    ],
    ["veristep register --email ivan@example.com --base-url http://127.0.0.1:8080"],
  ).action(async (options: Parameters<typeof registerCommand>[0]) => {
    done(await registerCommand(options, output));
  });

  return program;
}

/** Runs the command line. @returns the exit status. */
export async function run(args: readonly string[], output: Output): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const program = createProgram(output, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    if (error instanceof UsageError || error instanceof JournalError || error instanceof InputError) {
      output.tell(`veristep: ${error.message}`);
      return exitCode.usage;
    }
    throw error;
  }
}
