import { readFileSync } from "node:fs";
import { Command, CommanderError, type Option } from "commander";
import { InputError } from "../batch/input-error.js";
import { JournalError } from "../journal/schema.js";
import type { BatchCommandOptions } from "./batch-command.js";
import { engines } from "./choices.js";
import { applyConfiguration } from "./configuration.js";
import { exitCode, UsageError, type ExitCode } from "./exit-codes.js";
import {
  codes,
  connection,
  country,
  delimiter,
  json,
  mapping,
  MAX_ID,
  number,
  option,
  perSecond,
  userId,
} from "./flags.js";
import type { Output } from "./output.js";
import type { SandboxCommandOptions } from "./sandbox-command.js";
import type { registerCommand, statusCommand } from "./small-commands.js";
import type { VerifyCommandOptions } from "./verify-command.js";

const version = (): string => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  // Our own package.json.
  return (JSON.parse(text) as { readonly version: string }).version;
};

const EXIT_CODES = `
Exit status: 0 verified; 1 (batch) rows that can't be used; 2 usage, or a damaged file; 3 waits for a person;
4 refused by the API; 5 could not be reached, or no token; 130 interrupted.`;

const CONFIGURATION = `
Options can come from flags, from the environment (shown with each) and from a file of JSON, in this order:
--config veristep.json, with {"base-url": "https://...", "codes": "imap"}. Secrets are never flags: name the
environment variable that holds them.`;

interface Given {
  readonly config?: string | undefined;
}

/**
 * The command line, as data and handlers; what a command needs is loaded when it is run. On commander: Effect's own
 * CLI needs the services of a platform package that is for Node 22.19, and has no configuration file of its own.
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
        "--max-auto-retries <n>",
        "how often the flow is retried after the repeats of a call were spent",
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
    const { verifyCommand } = await import("./verify-command.js");
    done(await verifyCommand(options, output));
  });

  command(
    "batch",
    "Verifies everybody in a file; run again with the same journal, it goes on where it stopped.",
    [
      option("--journal <file>", "what was done; needed but for --dry-run").env("VERISTEP_JOURNAL"),
      option("--format <format>", "format of the input; found out from its content if left out").choices([
        "csv",
        "ndjson",
      ]),
      option("--columns <roles>", "which column is for what, as phone=Telefon,email=E-Mail").argParser(
        mapping,
      ),
      option("--delimiter <delimiter>", "what separates cells: comma, semicolon, tab or pipe").argParser(
        delimiter,
      ),
      option("--country <code>", "country of phone numbers without a country code, as BG")
        .argParser(country)
        .env("VERISTEP_COUNTRY"),
      number("--concurrency <n>", "flows at work at the same time; with --codes prompt always one", 1, 10_000)
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
      number("--max-auto-resends <n>", "how many more codes are asked for", 0, 100).default(2),
      number("--cooldown <s>", "the least time between two codes to one contact", 0, 86_400),
      number(
        "--max-auto-retries <n>",
        "how often the flow is retried after the repeats of a call were spent",
        0,
        1_000,
      ).default(2),
      number("--drain <s>", "how long what is under way may take after Ctrl+C", 0, 3_600).default(10),
      option("--engine <engine>", "what works the rows off: this process, or workers on Restate")
        .choices(engines)
        .env("VERISTEP_ENGINE")
        .default("local"),
      option("--ingress <url>", "restate: where the engine takes calls; several with commas between").env(
        "VERISTEP_INGRESS",
      ),
      option(
        "--contact-key-env <name>",
        "restate: the environment variable with the key that seals contacts (VERISTEP_CONTACT_KEY)",
      ).env("VERISTEP_CONTACT_KEY_ENV"),
      option("--dry-run", "checks the input, and calls nobody"),
      ...connection(),
      ...codes(),
      json(),
    ],
    [
      "veristep batch users.csv --dry-run",
      "veristep batch users.csv --journal users.journal --codes imap --imap-host mail.example.com --imap-user robot --imap-password-env MAIL_PASSWORD --rate 50/s --report report.csv",
      "veristep batch users.csv --journal users.journal --engine restate --ingress http://10.0.0.1:8080,http://10.0.0.2:8080",
      "zcat users.ndjson.gz | veristep batch - --format ndjson --journal users.journal --codes webhook --webhook-secret-env HOOK_KEY",
    ],
  )
    .argument(
      "<input>",
      "a .csv or .ndjson file with userId, email, phone and reference; - is the standard input",
    )
    .action(async (input: string, options: BatchCommandOptions) => {
      const { batchCommand } = await import("./batch-command.js");
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
    const { statusCommand } = await import("./small-commands.js");
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
      ).argParser((rule: string, rules: readonly string[] | undefined) => [...(rules ?? []), rule]),
      json(),
    ],
    [
      "veristep sandbox --port 8080",
      "veristep sandbox --port 8080 --fault confirmEmail:dropAfter --fault '*:status5xx:0.05'",
    ],
  ).action(async (options: SandboxCommandOptions) => {
    const { sandboxCommand } = await import("./sandbox-command.js");
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
    const { registerCommand } = await import("./small-commands.js");
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
