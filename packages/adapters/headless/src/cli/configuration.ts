import { readFileSync } from "node:fs";
import type { Command, Option } from "commander";
import * as Option_ from "effect/Option";
import * as Schema from "effect/Schema";
import { UsageError } from "./exit-codes.js";

const decode = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Number, Schema.Boolean])),
  ),
);

/**
 * Fills a command's options up from a file of JSON: `{"base-url": "https://…", "rate": 50}`. Flags and the environment
 * come first. A name that no command has is an error; one that another command has is passed over.
 */
export function applyConfiguration(command: Command, path: string, all: readonly Option[]): void {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`The configuration ${path} can't be read.`);
  }
  const decoded = decode(text.replace(/^\uFEFF/, ""));
  if (Option_.isNone(decoded)) {
    throw new UsageError(`The configuration ${path} must be one JSON object of texts, numbers and booleans.`);
  }
  for (const [name, value] of Object.entries(decoded.value)) {
    if (!all.some((option) => option.long === `--${name}`)) {
      throw new UsageError(`The configuration ${path} has "${name}", and there is no such option.`);
    }
    const option = command.options.find(({ long }) => long === `--${name}`);
    if (option === undefined) continue;
    const key = option.attributeName();
    const source = command.getOptionValueSource(key);
    if (source !== undefined && source !== "default") continue;
    // Commander's type for what `argParser` was given.
    const parse = option.parseArg as ((text: string, previous: unknown) => unknown) | undefined;
    const parsed = parse === undefined ? value : parse(String(value), undefined);
    command.setOptionValueWithSource(key, parsed, "config");
  }
}
