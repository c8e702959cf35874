import { CURRENCY, OTHER } from "./words.js";

/*
 * Patterns of numbers that aren't codes. The time of each is bounded for each character.
 */

const LABELS = "(?:\\.[\\p{L}\\w-]{1,62}){1,8}";

const ADDRESSES: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(?:https?:\/\/|www\.)[!-~]+/gi, OTHER],
  [new RegExp(`\\b[a-z][\\w-]{0,62}${LABELS}[/?][!-~]*`, "giu"), OTHER],
  // A text message that is bound to a site ends with "@example.com #123456".
  [new RegExp(`@[\\w-]{1,62}${LABELS} #(?=\\d)`, "gu"), "\ncode "],
  [new RegExp(`[\\p{L}\\w.+'-]{1,64}@[\\p{L}\\w-]{1,62}${LABELS}`, "gu"), OTHER],
];

/** With thousands and a fraction, where it has any. */
const AMOUNT = "(?:\\d{1,3}(?:[ \\u00A0\\u202F.,']\\d{3})+|\\d+)(?:[.,]\\d{1,2})?";
const AMOUNTS = new RegExp(
  `(^|[^\\p{L}\\d.,])(?:${AMOUNT}[^\\S\\n]?(?:${CURRENCY}|%)|(?:${CURRENCY})[^\\S\\n]?${AMOUNT})`,
  "giu",
);

const TIMES = /(^|[^\d:.])\d{1,2}:\d\d(?::\d\d)?(?![\d:])/g;

const DATES = /(^|[^\d./-])(\d{1,4})([./-]) ?(\d{1,2})\3 ?(\d{4}|\d\d)(?!\d|[./-]\d)/g;
const YEARS = /(\p{L}[.,]? |©\s?)(?:19|20)\d\d(?!\d)/gu;

const isDay = (text: string): boolean => Number(text) >= 1 && Number(text) <= 31;

function cutDate(text: string, before: string, first: string, _sign: string, second: string, third: string) {
  const [year, day] = first.length > 2 ? [first, third] : [third, first];
  const isYear = year.length === 2 || /^(?:19|20)\d\d$/.test(year);
  return isYear && isDay(day) && isDay(second) ? before + OTHER : text;
}

/** Puts U+FFFC in the place of addresses, amounts, times and dates. */
export const withoutOthers = (text: string): string =>
  ADDRESSES.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text)
    .replace(AMOUNTS, `$1${OTHER}`)
    .replace(TIMES, `$1${OTHER}`)
    .replace(DATES, cutDate)
    .replace(YEARS, `$1${OTHER}`);
