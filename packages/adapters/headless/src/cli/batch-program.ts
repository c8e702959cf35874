import type { Command, Option } from "commander";
import type { BatchCommandOptions } from "./batch-command.js";
import type { ExitCode } from "./exit-codes.js";
import {
  codes,
  connection,
  flows,
  group,
  json,
  option,
  reading,
  retried,
  running,
  showing,
} from "./flags.js";
import type { Output } from "./output.js";
import type { ReportCommandOptions } from "./report-command.js";
import type { RetryCommandOptions } from "./retry-command.js";

/** Adds a command with its options and examples. */
export type AddCommand = (
  name: string,
  description: string,
  options: readonly Option[],
  examples: readonly string[],
) => Command;

const journal = () =>
  option("--journal <file>", "the journal of the run").env("VERISTEP_JOURNAL").makeOptionMandatory();

const common = () => [
  ...group("Input", reading()),
  ...group("Flows", flows()),
  ...group("Connection", connection()),
  ...group("Codes", codes()),
  ...group("Output", showing()),
];

/** The commands for many rows: `batch`, `report` and `retry`. */
export function addBatchCommands(add: AddCommand, output: Output, done: (code: ExitCode) => void): void {
  add(
    "batch",
    "Verifies all rows of a file; run again with the same journal, it continues where it stopped.",
    [
      ...group("Run", [
        option("--journal <file>", "keeps what was done; needed except with --dry-run").env(
          "VERISTEP_JOURNAL",
        ),
        option("--dry-run", "checks the input and shows the plan; calls no service"),
        ...running(),
      ]),
      ...common(),
    ],
    [
      "veristep batch users.csv --dry-run",
      "veristep batch users.csv --journal users.journal --codes imap --imap-host mail.example.com --imap-user robot --imap-password-env MAIL_PASSWORD --rate 50/s --report report.csv",
      "veristep batch users.csv --journal users.journal --columns phone=Telefon --country BG --limit 10",
      "veristep batch users.csv --journal users.journal --engine restate --ingress http://10.0.0.1:8080,http://10.0.0.2:8080",
      "zcat users.ndjson.gz | veristep batch - --journal users.journal --codes webhook --webhook-secret-env HOOK_KEY",
    ],
  )
    .argument("<input>", "CSV or JSON with userId, email, phone and reference; - is the standard input")
    .action(async (input: string, options: BatchCommandOptions) => {
      const { batchCommand } = await import("./batch-command.js");
      done(await batchCommand(input, options, output));
    });

  add(
    "report",
    "Reports how each row of a batch has ended, from its journal: at any time after a run, however that ended.",
    [
      ...group("Run", [
        journal(),
        option("--report <file>", "where to (.csv or .ndjson); the standard output if left out"),
      ]),
      ...group("Output", [json(), option("--quiet", "shows no summary")]),
    ],
    [
      "veristep report --journal users.journal",
      "veristep report --journal users.journal --report report.csv",
    ],
  ).action(async (options: ReportCommandOptions) => {
    const { reportCommand } = await import("./report-command.js");
    done(await reportCommand(options, output));
  });

  add(
    "retry",
    "Runs rows again that were not verified. Each may be corrected in the input, on its own line.",
    [...group("Run", [journal(), retried(), ...running()]), ...common()],
    [
      "veristep retry --journal users.journal --codes outbox",
      "veristep retry --journal users.journal --bucket badRow,noCode --report report.csv",
    ],
  )
    .argument("[input]", "the input; the one that the journal is about if left out")
    .action(
      async (
        input: string | undefined,
        options: Omit<RetryCommandOptions, "isBaseUrlGiven">,
        command: Command,
      ) => {
        const { retryCommand } = await import("./retry-command.js");
        const isBaseUrlGiven = command.getOptionValueSource("baseUrl") !== "default";
        done(await retryCommand(input, { ...options, isBaseUrlGiven }, output));
      },
    );
}
