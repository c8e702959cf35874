import type { CodeFormat } from "@veristep/core";
import { findCodes, OTHER_CHARACTERS, plainCharacters } from "@veristep/core/code-text";

/* The text of the code field. Nothing here knows the flow. "Digits" below include letters where codes have them. */

/** How a text came into the code field. Unknown members are left out. */
export interface CodeInputEvent {
  /**
   * As `InputEvent` has it: "insertText", "insertFromPaste"; "" where a script, such as a password manager, gives none.
   *
   * @defaultValue the user has typed or pasted the text
   */
  readonly inputType?: string | undefined;
  /**
   * As `InputEvent` has it: an input method is composing the text. The form leaves such text unchanged until it gets
   * the text again at the end of the composition (`compositionend`), but plain digits count at once.
   */
  readonly isComposing?: boolean | undefined;
  /** Where the caret is in the text: `selectionStart` of the input. */
  readonly caret?: number | null | undefined;
}

/** The used part of an `<input>`. */
export interface CodeInput {
  value: string;
  readonly selectionStart?: number | null;
  readonly setSelectionRange?: (start: number, end: number) => void;
}

/** The text in the field, and where the last edit left it. */
export interface CodeField {
  /** The digits, and the letters where codes have them. */
  readonly text: string;
  /** Where the caret belongs: behind what was typed. */
  readonly caret: number;
  /** Characters before the caret that were typed, without a pause elsewhere, over the middle of a full code. */
  readonly overtyped: number;
}

/** An edit of the field. */
export interface CodeEdit {
  readonly field: CodeField;
  /** Whether the field certainly holds the code that the user means, so that it can be submitted at once. */
  readonly isWhole: boolean;
  /** Whether one character was inserted, as by a key press. */
  readonly isOneCharacter: boolean;
}

export const emptyField: CodeField = { text: "", caret: 0, overtyped: 0 };

/** Longer text without a code has no digits that belong into the field, and no library should look at it (B29). */
const LONGEST_FRAGMENT = 64;

/** Finds what was inserted into a text, and how much of the old text stands before and behind it. */
function insertion(before: string, text: string, caret: number | null) {
  const behind = caret === null ? null : text.slice(caret);
  const isKnown = behind !== null && before.endsWith(behind);
  let start = 0;
  const longest = isKnown ? before.length - behind.length : before.length;
  while (start < longest && before[start] === text[start]) start += 1;
  let end = isKnown ? behind.length : 0;
  if (!isKnown) {
    const rest = Math.min(before.length, text.length) - start;
    while (end < rest && before[before.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  }
  // The digit that was typed may equal the one before it.
  start = Math.min(start, text.length - end);
  return {
    inserted: text.slice(start, text.length - end),
    head: before.slice(0, start),
    tail: before.slice(before.length - end),
  };
}

/**
 * Reads an edit of the code field.
 *
 * A text that holds a code gives that code, wherever it was inserted: typed "63" and a pasted "633925" are 633925. Of
 * several codes the first is shown, and the user decides. Fewer digits are put where they were typed. In a full field
 * they take the place of those behind them; a whole code that is typed over a part of another one replaces all of it.
 *
 * @param text what the field holds now.
 * @param caret its position in the text, null where it isn't known.
 * @param format of the codes.
 */
export function editCode(
  before: CodeField,
  text: string,
  caret: number | null,
  { length, characters }: CodeFormat,
): CodeEdit {
  const { inserted, head, tail } = insertion(before.text, text, caret);
  const isOneCharacter = inserted.length === 1;
  const codes = inserted.length < length ? [] : findCodes(inserted, length, characters);
  if (codes[0] !== undefined) {
    const field = { text: codes[0], caret: length, overtyped: 0 };
    return { field, isWhole: codes.length === 1, isOneCharacter };
  }
  const plain = plainCharacters(inserted.slice(0, LONGEST_FRAGMENT), characters);
  const isMessage = inserted.length >= length && /\p{L}/u.test(plain);
  const typed = isMessage ? "" : plain.replaceAll(new RegExp(OTHER_CHARACTERS[characters], "gu"), "");
  if (typed === "" && inserted !== "") {
    // Nothing that is no digit takes the place of digits.
    return { field: { ...before, caret: head.length }, isWhole: false, isOneCharacter };
  }
  const wasFull = before.text.length >= length;
  const continues = before.overtyped > 0 && head.length === before.caret;
  const isOver = typed !== "" && (continues || (wasFull && tail !== ""));
  const excess = Math.max(head.length + typed.length + tail.length - length, 0);
  const fromTail = Math.min(excess, tail.length);
  const rest = excess - fromTail;
  const [kept, added] = isOver
    ? [head.slice(rest), typed]
    : [head, typed.slice(0, Math.max(typed.length - rest, 0))];
  const after = (kept + added + tail.slice(fromTail)).slice(0, length);
  const overtyped = isOver ? Math.min((continues ? before.overtyped : 0) + added.length, length) : 0;
  return {
    field: { text: after, caret: Math.min(kept.length + added.length, length), overtyped },
    isWhole:
      after.length === length &&
      added === typed &&
      !OTHER_CHARACTERS[characters].test(plain.replace(/[\s-]/g, "")) &&
      (overtyped === 0 || overtyped === length),
    isOneCharacter,
  };
}
