/**
 * A text as a terminal may show it: control characters, and those that turn the direction of writing, are spelled out
 * as `\u001b`. In a line of JSON that is the same text. Line ends and tabs stay.
 */
export const visible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) =>
    character === "\n" || character === "\t"
      ? character
      : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
