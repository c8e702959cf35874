import { english, type ElementTexts } from "@veristep/element";

/** Writes each word from right to left, and leaves what a text names. */
const mirrored = (text: string): string =>
  text.replaceAll(/\{\w+\}|[^\s{}]+/g, (word) => (word.startsWith("{") ? word : `\u202E${word}\u202C`));

function pseudo<T>(value: T): T {
  // Each branch gives what it was given: a text, an object of such, or something else as it is.
  if (typeof value === "string") return mirrored(value) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, pseudo(member)])) as T;
}

/** English from right to left: it shows what a language such as Arabic would do to the screen. */
export const rightToLeft: ElementTexts = {
  ...pseudo(english),
  messages: { ...pseudo(english.messages), locale: "en-GB" },
};
