import { readFileSync } from "node:fs";
import tab from "@bomb.sh/tab/commander";
import { Command, CommanderError } from "commander";
import { InputError } from "../batch/input/input-error.js";
import { JournalError } from "../batch/journal/schema.js";
import { addBatchCommands, type AddCommand } from "./batch-program.js";
import { applyConfiguration } from "./configuration.js";
import { exitCode, exitStatuses, UsageError, type ExitCode } from "./exit-codes.js";
import { list } from "./flag-values.js";
import {
  codes,
  connection,
  countryOption,
  group,
  json,
  MAX_ID,
  number,
  option,
  maxAutoRetries,
  userId,
} from "./flags.js";
import type { Output } from "./output.js";
import { ReportError } from "./report-file.js";
import type { SandboxCommandOptions } from "./sandbox-command.js";
import type { registerCommand, statusCommand } from "./small-commands.js";
import type { VerifyCommandOptions } from "./verify-command.js";

const version = (): string => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  // Our own package.json.
  return (JSON.parse(text) as { readonly version: string }).version;
};

const EXIT_CODES = `
Exit status:
${exitStatuses.map(([status, meaning]) => `  ${String(status).padEnd(5)}${meaning}`).join("\n")}`;

const CONFIGURATION = `Options can come from flags, from the environment (shown with each) and from a file of JSON, in this order:
--config veristep.json, with {"base-url": "https://...", "codes": "imap"}. Secrets are never flags: name the
environment variable that holds them. NO_COLOR switches colours off.`;

interface Given {
  readonly config?: string | undefined;
}

/**
 * The command line, as data and handlers; each command loads its modules when it runs. Built on commander: Effect's own
 * CLI needs the services of a platform package that is for Node 22.19, and doesn't read a configuration file.
 */
function createProgram(output: Output, done: (code: ExitCode) => void): Command {
  const program = new Command("veristep")
    .description("Verifies contacts against the 10npay API: an e-mail address, then a phone number.")
    .version(version(), "-V, --version")
    .showHelpAfterError("(run with --help for usage)")
    .configureOutput({
      writeOut: (text) => {
        output.print(text.trimEnd());
      },
      writeErr: (text) => {
        output.tell(text.trimEnd());
      },
    })
    .exitOverride()
    .addHelpText("after", `\n${CONFIGURATION}\n${EXIT_CODES}`);
  const examplesOf = new Map<string, readonly string[]>();

  const add: AddCommand = (name, description, options, examples) => {
    const made = program.command(name).description(description);
    for (const one of options) made.addOption(one);
    made.addOption(option("--config <file>", "a file of JSON with options").env("VERISTEP_CONFIG"));
    examplesOf.set(name, examples);
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

  program.commandsGroup("One user:");
  add(
    "verify",
    "Verifies the contacts of one user.",
    [
      userId(),
      option("--email <address>", "the registered address; without it only the phone is verified"),
      option("--phone <number>", "the number, as +359881234567; asked for at a terminal if left out"),
      countryOption(),
      option("--state <file>", "keeps the flow in this file, and continues from it").env("VERISTEP_STATE"),
      maxAutoRetries(0),
      ...group("Connection", connection()),
      ...group("Codes", codes()),
      ...group("Output", [json(), option("--quiet", "shows no timeline; errors and the result only")]),
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

  add(
    "status",
    "Reads what is verified of one user.",
    [userId(), ...group("Connection", connection()), ...group("Output", [json()])],
    [
      "veristep status --user-id 42",
      "veristep status --user-id 42 --json --token-command 'vault read -field=token secret/10npay'",
    ],
  ).action(async (options: Parameters<typeof statusCommand>[0]) => {
    const { statusCommand } = await import("./small-commands.js");
    done(await statusCommand(options, output));
  });

  program.commandsGroup("Many users:");
  addBatchCommands(add, output, done);

  program.commandsGroup("For tests:");
  add(
    "sandbox",
    "Serves a simulator of the API on this machine, with a mailbox and a phone.",
    [
      number("--port <port>", "any free one if left out", 0, 65_535).default(0),
      number("--seed <n>", "makes its codes and faults repeatable", 0, 4_294_967_295),
      ...group("Users", [
        number("--users <n>", "has users 1 to n from the start: user1@example.com, …", 0, 1_000_000).default(
          0,
        ),
        option("--persist <file>", "keeps its users in this file, and has them again when it starts"),
      ]),
      ...group("Policy", [
        number("--cooldown <s>", "minimum time between two codes to one contact", 0, 86_400),
        number("--code-lifetime <s>", "how long a code is valid (600)", 1, 600),
        number("--attempts <n>", "wrong codes before a code is void (10)", 1, 1_000),
        option("--deployment <kind>", "which deployment it answers like (current)").choices([
          "current",
          "legacy",
        ]),
      ]),
      ...group("Tokens and TLS", [
        option("--issued-tokens", "takes only access tokens from its own POST /connect/token"),
        option("--tls-cert <file>", "serves https with this certificate (PEM)"),
        option("--tls-key <file>", "its private key (PEM)"),
        option(
          "--tls-client-ca <file>",
          "the authority of client certificates (PEM), for POST /connect/mtls/token",
        ),
      ]),
      ...group("Faults", [
        option(
          "--fault <rule>",
          "OPERATION:KIND[:PROBABILITY], or the JSON of a rule; may be given several times",
        ).argParser(list),
      ]),
      ...group("Output", [json()]),
    ],
    [
      "veristep sandbox --port 8080",
      "veristep sandbox --port 8080 --users 100 --persist sandbox.json",
      "veristep sandbox --port 8080 --cooldown 60 --fault confirmEmail:dropAfter --fault '*:status5xx:0.05'",
    ],
  ).action(async (options: SandboxCommandOptions) => {
    const { sandboxCommand } = await import("./sandbox-command.js");
    done(await sandboxCommand(options, output));
  });

  add(
    "register",
    "Registers a user, for tests; prints the id. The service mails a first code.",
    [
      option("--email <address>", "the address").makeOptionMandatory(),
      number("--merchant-id <id>", "on whose behalf", 1, MAX_ID).default(1),
      ...group("Connection", connection()),
      ...group("Output", [json()]),
    ],
    ["veristep register --email ivan@example.com --base-url http://127.0.0.1:8080"],
  ).action(async (options: Parameters<typeof registerCommand>[0]) => {
    const { registerCommand } = await import("./small-commands.js");
    done(await registerCommand(options, output));
  });

  program.commandsGroup("This command:").helpCommand(true);
  add("man", "Prints the manual page.", [], ["veristep man | man -l -"]).action(async () => {
    const { manualPage } = await import("./manual.js");
    output.print(
      manualPage(program, { examples: examplesOf, exitStatuses, configuration: CONFIGURATION }).trimEnd(),
    );
  });
  tab(program, { completionCommandName: "completion" });
  return program;
}

/** A sentence for the user, and the exit status, of an error that the user can repair; null for any other. */
function repairable(error: unknown): readonly [message: string, code: ExitCode] | null {
  if (error instanceof ReportError) return [error.message, exitCode.notWritten];
  return error instanceof UsageError || error instanceof JournalError || error instanceof InputError
    ? [error.message, exitCode.usage]
    : null;
}

async function ended(args: readonly string[], output: Output): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const program = createProgram(output, (done) => {
    code = done;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    const told = repairable(error);
    if (told === null) throw error;
    output.tell(`veristep: ${told[0]}`);
    return told[1];
  }
}

/** Runs the command line. @returns the exit status. */
export async function run(args: readonly string[], output: Output): Promise<ExitCode> {
  const code = await ended(args, output);
  if (code === exitCode.notWritten || code === exitCode.interrupted) return code;
  const problem = await output.written();
  if (problem === null) return code;
  output.tell(`veristep: The standard output could not be written (${problem}).`);
  return exitCode.notWritten;
}
