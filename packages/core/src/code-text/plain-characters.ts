/** Characters that show nothing: direction marks, zero-width spaces, variation selectors, the frame of a keycap. */
const INVISIBLE = /[\p{DI}\u20E3]/gu;

const DASHES = /[\p{Pd}\u2212]/gu;

const DIGIT = /^\p{Nd}$/u;

/** The value of a digit of any script: each script has its ten in a row, beginning with zero. */
function valueOf(digit: string): string {
  const at = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(at - before - 1))) before += 1;
  return String(before % 10);
}

/** Returns a text with digits 0 to 9 for those of every script, one kind of dash, and nothing invisible. */
export const plainDigits = (text: string): string =>
  text
    .normalize("NFC")
    .replace(INVISIBLE, "")
    .replace(DASHES, "-")
    .replace(/[^\0-\x7F]/gu, (character) => (DIGIT.test(character) ? valueOf(character) : character));

/** Patterns that match any character outside of a code, by the characters of codes. */
export const OTHER_CHARACTERS = { digits: /\D/u, alphanumeric: /[^\dA-Za-z]/u } as const;

/** Returns {@link plainDigits}; for codes with letters, those of full width become the letters A to Z as well. */
export const plainCharacters = (text: string, characters: keyof typeof OTHER_CHARACTERS): string =>
  plainDigits(characters === "digits" ? text : text.normalize("NFKC"));
