import { Option } from "commander";
import { providers } from "../codes/webhook/provider.js";
import { codeSources, engines } from "./choices.js";
import { bucketList, country, delimiter, mapping, pattern, perSecond, smsMap, whole } from "./flag-values.js";

/* The flags that several commands share. */

export const option = (flags: string, description: string) => new Option(flags, description);
export const number = (flags: string, description: string, least: number, most: number) =>
  option(flags, description).argParser(whole(least, most));

export const MAX_ID = 2_147_483_647;
export const userId = () => number("--user-id <id>", "the user", 1, MAX_ID).makeOptionMandatory();
export const json = () => option("--json", "lines of JSON on the standard output, and nothing else there");

export const connection = () => [
  option("--base-url <url>", "where the API is: https, or http on this machine")
    .env("VERISTEP_BASE_URL")
    .default("https://api-test.10npay.com"),
  option("--token-env <name>", "the environment variable with the access token (VERISTEP_TOKEN)").env(
    "VERISTEP_TOKEN_ENV",
  ),
  option("--token-command <command>", "a command that prints an access token; run again when it expires").env(
    "VERISTEP_TOKEN_COMMAND",
  ),
  option("--token-url <url>", "the token endpoint of an OAuth server, which gives access tokens").env(
    "VERISTEP_TOKEN_URL",
  ),
  option("--client-id <id>", "oauth: the client").env("VERISTEP_CLIENT_ID"),
  option(
    "--client-secret-env <name>",
    "oauth: the environment variable with the secret of the client (VERISTEP_CLIENT_SECRET)",
  ).env("VERISTEP_CLIENT_SECRET_ENV"),
  option("--scope <scope>", "oauth: the scope; several with blanks between").env("VERISTEP_SCOPE"),
  option("--cert <file>", "oauth: the client's certificate (PEM), instead of a secret").env("VERISTEP_CERT"),
  option("--key <file>", "oauth: the private key of the certificate (PEM)").env("VERISTEP_KEY"),
  option(
    "--key-passphrase-env <name>",
    "oauth: the environment variable with the passphrase of an encrypted key (VERISTEP_KEY_PASSPHRASE)",
  ).env("VERISTEP_KEY_PASSPHRASE_ENV"),
  option("--token-username <name>", "oauth: the user, for the password grant").env("VERISTEP_TOKEN_USERNAME"),
  option(
    "--token-password-env <name>",
    "oauth: the environment variable with the user's password (VERISTEP_TOKEN_PASSWORD)",
  ).env("VERISTEP_TOKEN_PASSWORD_ENV"),
  number("--timeout <ms>", "the deadline of one request", 1, 600_000).env("VERISTEP_TIMEOUT").default(10_000),
];

export const codes = () => [
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
  option("--imap-token-env <name>", "imap: the environment variable with an OAuth 2 access token").env(
    "VERISTEP_IMAP_TOKEN_ENV",
  ),
  option(
    "--imap-token-command <command>",
    "imap: a command that prints an OAuth 2 access token; run at each connection",
  ).env("VERISTEP_IMAP_TOKEN_COMMAND"),
  option("--imap-security <kind>", "imap: how the connection is protected (tls)")
    .choices(["tls", "starttls", "none"])
    .env("VERISTEP_IMAP_SECURITY"),
  option("--imap-folder <folder>", "imap: the folder (INBOX)").env("VERISTEP_IMAP_FOLDER"),
  option("--imap-from <sender>", "imap: take codes from this address or @domain only").env(
    "VERISTEP_IMAP_FROM",
  ),
  option(
    "--imap-pattern <regexp>",
    "imap: finds the code in the subject and text; its first group, or all of it",
  )
    .argParser(pattern)
    .env("VERISTEP_IMAP_PATTERN"),
  number("--webhook-port <port>", "webhook: the port to listen at; any free one if left out", 0, 65_535).env(
    "VERISTEP_WEBHOOK_PORT",
  ),
  option("--webhook-sender <sender>", "webhook: who posts (json)")
    .choices(Object.keys(providers))
    .env("VERISTEP_WEBHOOK_SENDER"),
  option(
    "--webhook-secret-env <name>",
    "webhook: the environment variable with the key of the signatures",
  ).env("VERISTEP_WEBHOOK_SECRET_ENV"),
  option("--webhook-url <url>", "webhook: the address that the provider posts to, where that is signed").env(
    "VERISTEP_WEBHOOK_URL",
  ),
  option(
    "--sms-map <words>",
    'webhook: any other provider, as "to=… text=… sign=…": where a post has its parts (see the README)',
  )
    .argParser(smsMap)
    .conflicts("webhookSender")
    .env("VERISTEP_SMS_MAP"),
];

export const countryOption = () =>
  option("--country <code>", "country of phone numbers without a country code, as BG")
    .argParser(country)
    .env("VERISTEP_COUNTRY");

export const reading = () => [
  option("--format <format>", "format of the input; found out from its content if left out").choices([
    "csv",
    "ndjson",
  ]),
  option("--columns <roles>", "which column is for what, as phone=Telefon,email=E-Mail").argParser(mapping),
  option("--delimiter <delimiter>", "what separates cells: comma, semicolon, tab or pipe").argParser(
    delimiter,
  ),
  countryOption(),
];

export const running = () => [
  option("--report <file>", "writes how each row has ended (.csv or .ndjson); - is the standard output"),
  number("--limit <n>", "verifies so many rows at most; run again for the others", 1, 1_000_000_000),
  option("--yes", "doesn't ask before messages are sent"),
  number("--drain <s>", "how long flows may take to finish after Ctrl+C", 0, 3_600).default(10),
];

export const showing = () => [
  json(),
  option("--quiet", "shows neither the plan nor progress; errors and the result only"),
  option("--verbose", "says how each row has ended, as it ends").conflicts("quiet"),
];

export const flows = () => [
  number("--concurrency <n>", "flows at work at the same time; with --codes prompt always one", 1, 10_000)
    .env("VERISTEP_CONCURRENCY")
    .default(32),
  option("--rate <n/s>", "maximum calls per second").argParser(perSecond).env("VERISTEP_RATE"),
  option("--send-rate <n/s>", "maximum sends per second").argParser(perSecond).env("VERISTEP_SEND_RATE"),
  number(
    "--resend-after <s>",
    "requests another code when none has arrived for that long",
    1,
    86_400,
  ).default(60),
  number("--max-auto-resends <n>", "how many more codes are requested", 0, 100).default(2),
  number("--cooldown <s>", "minimum time between two codes to one contact", 0, 86_400),
  maxAutoRetries(2),
  option("--engine <engine>", "where rows are processed: this process, or workers on Restate")
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
];

export const maxAutoRetries = (rounds: number) =>
  number("--max-auto-retries <n>", "extra rounds after the retries of a call run out", 0, 1_000).default(
    rounds,
  );

export const retried = () =>
  option(
    "--bucket <names>",
    "rows to run again, by how they ended; all that are not verified if left out",
  ).argParser(bucketList);

/** Puts options under a heading of the help. */
export const group = (heading: string, options: readonly Option[]): readonly Option[] =>
  options.map((one) => one.helpGroup(`${heading}:`));
