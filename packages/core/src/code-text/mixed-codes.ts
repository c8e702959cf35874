import type { Found } from "./numbers.js";

/** Words of letters and digits of one script, and the sign between two of them. */
const WORDS = /[\dA-Za-z]+/g;

/** A word of small letters is a word of the message. One of capitals may be a code. */
const mayBeCode = (text: string): boolean =>
  /[A-Za-z]/.test(text) && (/\d/.test(text) || !/[a-z]/.test(text));

/**
 * Returns the words that may be codes with letters in them: one of the right length ("7K3M9Q"), or two of half of it
 * with a hyphen between them ("7K3-M9Q").
 */
export function mixedCodesOf(text: string, length: number): readonly Found[] {
  const words = [...text.matchAll(WORDS)].map(({ 0: word, index: start }) => ({
    word,
    start,
    end: start + word.length,
  }));
  const found = words.flatMap(({ word, start, end }, at): Found[] => {
    if (word.length === length) return mayBeCode(word) ? [{ code: word, start, end }] : [];
    const next = words[at + 1];
    const isPair =
      next !== undefined && text.slice(end, next.start) === "-" && word.length === next.word.length;
    const code = isPair ? word + next.word : "";
    return next !== undefined && code.length === length && mayBeCode(code)
      ? [{ code, start, end: next.end }]
      : [];
  });
  // Words in capitals are rarely codes where something with a digit may be one.
  const withDigits = found.filter(({ code }) => /\d/.test(code));
  return withDigits.length > 0 ? withDigits : found;
}
