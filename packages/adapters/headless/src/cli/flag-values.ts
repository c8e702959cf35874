import { isCountryCode, type CountryCode } from "@veristep/phone";
import { InvalidArgumentError } from "commander";
import { parseMapping, type ColumnMapping } from "../batch/input/columns.js";
import { delimiters, type Delimiter } from "../batch/input/delimiters.js";
import type { SmsProvider } from "../codes/webhook/provider.js";
import { parseSmsMap } from "../codes/webhook/sms-map.js";
import { isBucket, buckets, type Bucket } from "../batch/outcome.js";

/* How the values of flags are read. */

export const whole =
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

export const pattern = (text: string): RegExp => {
  if (text.length > LONGEST_PATTERN) throw new InvalidArgumentError("It is too long.");
  try {
    return new RegExp(text, "u");
  } catch {
    throw new InvalidArgumentError("It must be a regular expression of JavaScript.");
  }
};

export const smsMap = (text: string): SmsProvider => {
  try {
    return parseSmsMap(text);
  } catch (error) {
    throw new InvalidArgumentError(`${error instanceof Error ? error.message : "It can't be read"}.`);
  }
};

/** Buckets with commas between. */
export const bucketList = (text: string, before: readonly Bucket[] = []): readonly Bucket[] =>
  before.concat(
    text.split(",").map((name) => {
      const bucket = name.trim();
      if (!isBucket(bucket)) throw new InvalidArgumentError(`A bucket is one of ${buckets.join(", ")}.`);
      return bucket;
    }),
  );

export const list = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
