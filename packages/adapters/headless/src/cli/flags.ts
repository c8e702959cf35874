import { InvalidArgumentError, Option } from "commander";
import { isCountryCode, type CountryCode } from "@veristep/phone";
import { parseMapping, type ColumnMapping } from "../batch/columns.js";
import { delimiters, type Delimiter } from "../batch/delimiters.js";
import type { SmsProvider } from "../code-sources/webhook/provider.js";
import { parseSmsMap } from "../code-sources/webhook/sms-map.js";
import { codeSources } from "./choices.js";

/* The flags that several commands share, and how their values are read. */

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    // Nothing but decimal digits: " 7 ", 1e3 and 0x10 are numbers for JavaScript only.
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(
        `It must be a whole number from ${least} to ${most}, in decimal digits.`,
      );
    }
    return value;
  };

export const perSecond = (text: string): number => {
  const value = /^\d{1,6}(\.\d{1,6})?(\/s)?$/.test(text) ? Number(text.replace("/s", "")) : 0;
  if (value <= 0 || value > 100_000) throw new InvalidArgumentError('It must be a rate like "50/s".');
  return value;
};

export const country = (text: string): CountryCode => {
  const code = text.toUpperCase();
  if (!isCountryCode(code)) {
    throw new InvalidArgumentError("It must be the two letters of a country, like BG.");
  }
  return code;
};

/** A delimiter by its name, or as it is. */
export const delimiter = (text: string): Delimiter => {
  const found = Object.entries(delimiters).find(
    ([mark, name]) => text === mark || text === name || (mark === "\t" && text === "\\t"),
  );
  if (found === undefined) {
    throw new InvalidArgumentError(`It must be one of ${Object.values(delimiters).join(", ")}.`);
  }
  // The keys of the table are the delimiters.
  return found[0] as Delimiter;
};

export const mapping = (text: string, before: ColumnMapping = {}): ColumnMapping => {
  try {
    return { ...before, ...parseMapping(text) };
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : "It can't be read.");
  }
};

const LONGEST_PATTERN = 500;

const pattern = (text: string): RegExp => {
  if (text.length > LONGEST_PATTERN) throw new InvalidArgumentError("It is too long.");
  try {
    return new RegExp(text, "u");
  } catch {
    throw new InvalidArgumentError("It must be a regular expression of JavaScript.");
  }
};

const smsMap = (text: string): SmsProvider => {
  try {
    return parseSmsMap(text);
  } catch (error) {
    throw new InvalidArgumentError(`${error instanceof Error ? error.message : "It can't be read"}.`);
  }
};

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
    .choices(["json", "twilio", "vonage"])
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
