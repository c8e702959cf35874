import type { CodeFormat } from "../policy.js";
import { mixedCodesOf } from "./mixed-codes.js";
import { numbersOf, TAG, type Found } from "./numbers.js";
import { OTHER_CHARACTERS, plainCharacters } from "./plain-characters.js";
import { withoutOthers } from "./other-numbers.js";
import { LINKS, OTHER, WORDS } from "./words.js";

/** More of a text is not looked at: a message for people says what it has to say before. */
const LONGEST_TEXT = 20_000;

/** How far from a number a word for it is looked for, in characters. */
const REACH = 80;

/*
 * How near a number is to a word for a code: the characters between them in one sentence, or one of these. Numbers
 * that stand for themselves are what a page shows large.
 */
const BELOW_HEADING = 20;
const ALONE = 150;
const ANYWHERE = 400;

/** Whether a number is near enough to be meant as well as the nearest. */
const isRival = (distance: number, nearest: number): boolean => distance <= 2 * nearest + 12;

const LETTER = "[\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}_]";

/** The characters around a number that is a part of something longer. */
const LONGER_BEFORE = new RegExp(`(?:${LETTER}-?|[+#/@])$`, "u");
const LONGER_AFTER = new RegExp(`^(?:${LETTER}|@|-${LETTER}|\\s?%)`, "u");

/** The gap between a word and a number that are written as one: "код123456", "code #123456", "code: FB-123456". */
const ONE_WITH_WORD = /^[^\p{L}\d\s]{0,2}\s?[^\p{L}\d\s]{0,2}(?:\p{L}{1,4}-)?$/u;

/** The gap between a number and the word that says which number it is. */
const LABEL_GAP = new RegExp(
  `^\\.?(?:[^\\p{L}\\d,.!?;\\n${OTHER}]{1,3}(?:${LINKS})(?!\\p{L})){0,2}[^\\p{L}\\d,!?;${OTHER}]{0,4}$`,
  "iu",
);

const SENTENCE_END = /[.!?;](?:\s|$)|[。！？\n]/;
const REST_OF_LINE = /^[^\n]*/;
const NO_WORDS = /^\P{L}*$/u;

/** "123456: your code" calls something else a code, and so does "123456, your code is …". */
const TURN = /[:,]/;
const NAMES_WHAT_FOLLOWS = new RegExp(
  `^[^\\p{L}\\d.!?\\n]{1,3}(?:(?:${LINKS})[^\\p{L}\\d.!?\\n]{1,3})?\\d`,
  "iu",
);

/** "Your code for order desk 7" says what the code is for. */
const PURPOSE = /^ (?:for|за|для|für|pour|para|per|pentru) /i;
const PURPOSE_DISTANCE = 40;

const BEGINS_LINE = new RegExp(`(?:^|[\\n${TAG}])[^\\p{L}\\d\\n]*$`, "u");
const ENDS_LINE = new RegExp(`^[^\\p{L}\\d\\n]*?(?:[\\n${TAG}.]|$)`, "u");

const wordsOf = (text: string) =>
  [...text.matchAll(WORDS)].map(({ 0: { length }, index, groups }) => ({
    isCode: groups?.["code"] !== undefined,
    start: index,
    end: index + length,
  }));

/** How near a number is to a word for a code; null where it is a part or a number of something else. */
function distanceOf(text: string, { start, end }: Found): number | null {
  // "G-123456": the letter belongs to how the code is written.
  const before = text.slice(Math.max(0, start - REACH), start).replace(/(^|[^\p{L}\d])\p{L}-$/u, "$1");
  const after = text.slice(end, end + REACH);
  const words = wordsOf(before);
  const last = words.slice(-1)[0];
  const gap = before.slice(last?.end);
  const isNamed = last?.isCode === true && ONE_WITH_WORD.test(gap);
  if (LONGER_AFTER.test(after) || (LONGER_BEFORE.test(before) && !isNamed)) return null;
  const isLabelled = last?.isCode === false && LABEL_GAP.test(gap);
  if (isLabelled && !gap.includes("\n")) return null;

  const isAlone = !isLabelled && BEGINS_LINE.test(before) && ENDS_LINE.test(after);
  const distances = [isAlone ? ALONE : ANYWHERE];
  const name = words.filter(({ isCode }) => isCode).slice(-1)[0];
  if (name !== undefined) {
    const between = before.slice(name.end);
    if (!SENTENCE_END.test(between))
      distances.push(between.length + (PURPOSE.test(between) ? PURPOSE_DISTANCE : 0));
    else if (isAlone && NO_WORDS.test(between.replace(REST_OF_LINE, ""))) distances.push(BELOW_HEADING);
  }
  const next = wordsOf(after).find(({ isCode }) => isCode);
  if (next !== undefined && !NAMES_WHAT_FOLLOWS.test(after.slice(next.end))) {
    // A whole word is matched with the sign in front of it.
    const between = after.slice(0, next.start + 1);
    if (!SENTENCE_END.test(between) && !TURN.test(between)) distances.push(between.length);
  }
  return Math.min(...distances);
}

/**
 * Finds the code in what was pasted, typed or received.
 *
 * A number is a code if it has the right number of digits, of whatever script, alone or in equal parts ("123 456"), and
 * isn't part of a date, time, amount, address, phone or order number. Of several it is the one that is nearest to a word
 * for a code, in any of many languages.
 *
 * @param texts what one message says: a text, or several that say the same, as the parts of a mail do. In a text that
 * was made of a page, {@link TAG} stands for a tag that begins no new line.
 * @param length characters of a code.
 * @param characters what a code has; with "alphanumeric", letters of any case, which stay as they are.
 * @returns the code; several where any of them may be meant; none where there is no code.
 */
export function findCodes(
  texts: string | readonly string[],
  length: number,
  characters: CodeFormat["characters"] = "digits",
): readonly string[] {
  const nearest = new Map<string, number>();
  for (const given of [texts].flat()) {
    const plain = plainCharacters(given.slice(0, LONGEST_TEXT), characters);
    // A text of such characters alone was typed, not received.
    const typed = plain.replace(/[\s-]/g, "");
    if (typed.length === length && !OTHER_CHARACTERS[characters].test(typed)) return [typed];
    const text = withoutOthers(plain);
    const mixed = characters === "digits" ? [] : mixedCodesOf(text, length);
    for (const found of [...numbersOf(text, length), ...mixed]) {
      const distance = distanceOf(text, found);
      if (distance !== null) nearest.set(found.code, Math.min(distance, nearest.get(found.code) ?? distance));
    }
  }
  const best = Math.min(...nearest.values());
  return [...nearest].flatMap(([code, distance]) => (isRival(distance, best) ? [code] : []));
}
