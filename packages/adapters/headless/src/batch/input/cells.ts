import { domainToASCII } from "node:url";
import { parsePhone, type CountryCode } from "@veristep/phone";

/** The value of a cell, or the problem with it. */
export type Checked<Value> = { readonly value: Value } | { readonly problem: string };

/** 3.59881E+11, 3,59881E+11: what a spreadsheet makes of a long number. Its last digits are gone. */
const spreadsheetNumber = /^[+-]?\d+([.,]\d+)?E\+?\d+$/i;

/** 359881234567.0, of a number that was kept with decimals. */
const decimalNumber = /^\d+[.,]0+$/;

const LONGEST_REFERENCE = 100;

/** The text of a cell, without invisible characters. Objects and lists, which JSON may have, are not text. */
export function textOf(cell: unknown): string {
  if (typeof cell === "number") return String(cell);
  if (typeof cell !== "string") return cell === undefined || cell === null ? "" : JSON.stringify(cell);
  return cell
    .replaceAll(/\p{Cf}/gu, "")
    .replaceAll("\u00A0", " ")
    .trim();
}

/** Pairs of marks around a value. */
const quotes = /^(?:"(.*)"|'(.*)'|`(.*)`|[“”„‟](.*)[“”„‟]|[‘’‚‛](.*)[‘’‚‛]|[«»](.*)[«»])$/s;
const brackets = /^(?:<(.*)>|\((.*)\)|\[(.*)\])$/s;

function without(marks: RegExp, text: string): string {
  const inner = marks
    .exec(text)
    ?.slice(1)
    .find((group) => group !== undefined);
  return inner === undefined ? text : without(marks, inner.trim());
}

/** ASCII as East Asian keyboards type it: `＠`, `７`. */
const narrow = (text: string): string =>
  text.replaceAll(/[\uFF01-\uFF5E]/g, (wide) => String.fromCodePoint(wide.charCodeAt(0) - 0xfee0));

/** A number without what makes a spreadsheet keep it as text: `'+359…`, `="+359…"`. */
const numberText = (cell: unknown): string =>
  without(quotes, narrow(textOf(cell)).replace(/^=(?=")/, "")).replace(/^['‘’‛`´]+\s*(?=[+\d])/, "");

/** Reads the user's id: an int32, as decimal digits. */
export function userIdOf(cell: unknown): Checked<number> {
  const text = numberText(cell);
  if (text === "") return { problem: "userId:missing" };
  if (spreadsheetNumber.test(text) || decimalNumber.test(text)) return { problem: "userId:spreadsheet" };
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= 2_147_483_647 ? { value: id } : { problem: "userId:invalid" };
}

const domainLabel = /^[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u;
const plainLocal = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]+$/u;
const quotedLocal = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])+"$/u;

const splitAt = (address: string): readonly [local: string, domain: string] => {
  const at = address.lastIndexOf("@");
  return [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
};

/** Whether it has the form of an address on the internet. Whether it is one, the code shows. */
function isAddress(text: string): boolean {
  const [local, domain] = splitAt(text);
  if (text.length > 254 || local.length > 64) return false;
  const isLocal = plainLocal.test(local) ? !/^\.|\.\.|\.$/.test(local) : quotedLocal.test(local);
  const labels = domain.split(".");
  const isDomain =
    labels.length > 1 &&
    labels.every((one) => one.length <= 63 && domainLabel.test(one)) &&
    !/^\d+$/.test(labels.at(-1) ?? "");
  return isLocal && isDomain && domainToASCII(domain) !== "";
}

/** `реtur`: a word with letters of two alphabets that look alike was typed with the wrong keyboard. */
const mixesAlphabets = (address: string): boolean =>
  address
    .split(/[@.]/)
    .some((word) => /\p{Script=Latin}/u.test(word) && /\p{Script=Cyrillic}|\p{Script=Greek}/u.test(word));

/** Takes off what people and programs put around an address, where what is left can mean one thing only. */
function bareAddress(text: string): string {
  if (quotedLocal.test(splitAt(text)[0])) return text;
  let bare = without(brackets, without(quotes, text));
  // "Ivan Petrov <ivan@example.com>"; the name may be the address once more.
  const [, name, inside] = /^([^<>]*)<([^<>]+)>$/.exec(bare) ?? [];
  if (name !== undefined && inside !== undefined) {
    const same = without(quotes, name.trim()).toLowerCase() === inside.trim().toLowerCase();
    if (!name.includes("@") || same) bare = inside.trim();
  }
  bare = bare
    .replace(/^mailto:\s*/i, "")
    .replace(/(@[^?]*)\?.*$/s, "$1")
    .replace(/^[\s,;:"'`´“”„‟‘’‚‛«»]+/, "")
    .replace(/[\s.,;:"'`´“”„‟‘’‚‛«»]+$/, "");
  return bare === text ? bare : bareAddress(bare);
}

/** Reads an address: without what is around it, if that leaves one meaning. */
export function emailOf(cell: unknown): Checked<string | undefined> {
  const text = narrow(textOf(cell));
  if (text === "") return { value: undefined };
  if (text.length > 1_000) return { problem: "email:invalid" };
  if (text.includes("\uFFFD")) return { problem: "email:encoding" };
  const bare = bareAddress(text);
  const parts = isAddress(bare) ? [bare] : bare.split(/[\s,;|]+/).map(bareAddress);
  const addresses = new Set(parts.filter(isAddress).map(sameAddress));
  const [address] = parts;
  if (addresses.size > 1) return { problem: "email:several" };
  if (address === undefined || !parts.every(isAddress)) return { problem: "email:invalid" };
  return mixesAlphabets(address) ? { problem: "email:mixedAlphabets" } : { value: address };
}

/** Reads a phone number in any form that has one meaning, as E.164. */
export function phoneOf(cell: unknown, country?: CountryCode): Checked<string | undefined> {
  const text = numberText(cell).replace(/^tel:\s*/i, "");
  if (text === "") return { value: undefined };
  if (spreadsheetNumber.test(text) || decimalNumber.test(text)) return { problem: "phone:spreadsheet" };
  const parsed = parsePhone(text, country === undefined ? {} : { defaultCountry: country });
  if (parsed.isOk()) return { value: parsed.value };
  // A range that isn't known to be in use is what the input says, where it says the country as well.
  if (parsed.error.kind === "unknownRange" && /^(?:\+|00)/.test(text)) return { value: parsed.error.number };
  const withPlus = /^\d{8,15}$/.test(text) && parsePhone(`+${text}`).isOk();
  return { problem: withPlus ? "phone:plusLost" : `phone:${parsed.error.kind}` };
}

/** An address as the service compares it. */
export const sameAddress = (email: string): string => {
  const [local, domain] = splitAt(email);
  return `${local}@${domainToASCII(domain)}`.toLowerCase();
};

const HIDDEN = "•••";

/** Digits with what people put between them. */
const digitRun = /(?:\+|\b00)?\p{Nd}(?:[\s().\-/\u2010-\u2015\u00A0]*\p{Nd}){6,}/gu;

/** Whether digits in a text can be a phone number. Dates and ids of up to seven digits can't. */
function isPhone(run: string, country: CountryCode | undefined): boolean {
  const digits = run.normalize("NFKC").replaceAll(/[^\p{Nd}+]/gu, "");
  if (/^(?:\+|00)/.test(digits)) return true;
  if (/^\d{4}[-./]\d{2}[-./]\d{2}$/.test(run) || /^\d{2}[-./]\d{2}[-./]\d{4}$/.test(run)) return false;
  if (country !== undefined && parsePhone(digits, { defaultCountry: country }).isOk()) return true;
  return digits.startsWith("0") || digits.length >= 8;
}

/** What a row calls itself, without contacts in it and without control characters: it is kept as it is (B30). */
export function referenceOf(cell: unknown, country?: CountryCode): string | null {
  const text = textOf(cell)
    .slice(0, 4 * LONGEST_REFERENCE)
    .replaceAll(/\p{Cc}+/gu, " ")
    .replaceAll(/[^\s,;<>()]+@[^\s,;<>()]+/g, HIDDEN)
    .replaceAll(digitRun, (run) => (isPhone(run, country) ? HIDDEN : run))
    .trim()
    .slice(0, LONGEST_REFERENCE);
  return text === "" || text === HIDDEN ? null : text;
}
