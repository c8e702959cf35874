import { readFileSync } from "node:fs";
import type { Command, Option } from "commander";
import * as v from "valibot";
import { UsageError } from "./exit-codes.js";

const configurationSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
);

/**
 * Fills a command's options up from a file of JSON: `{"base-url": "https://…", "rate": 50}`. Flags and the environment
 * come first. A name that no command has is an error; one that another command has is passed over.
 */
export function applyConfiguration(command: Command, path: string, all: readonly Option[]): void {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new UsageError(
      code === "ENOENT"
        ? `There is no configuration ${path}.`
        : `The configuration ${path} can't be read (${code === "EISDIR" ? "it is a folder" : code}).`,
    );
  }
  const decoded = v.safeParse(configurationSchema, text.replace(/^\uFEFF/, ""));
  if (!decoded.success) {
    throw new UsageError(`The configuration ${path} must be one JSON object of texts, numbers and booleans.`);
  }
  for (const [name, value] of Object.entries(decoded.output)) {
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
