import { defaultPolicy, type CodeFormat } from "@veristep/core";
import { findCodes } from "@veristep/core/code-text";

/** More of a text is not looked at: a pattern's time is bounded by what it is given. */
const LONGEST_TEXT = 20_000;

/** What was found: `ambiguous` means several different codes; none is taken. */
export type FoundCode =
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "none" }
  | { readonly kind: "ambiguous" };

const none: FoundCode = { kind: "none" };

function match(text: string, pattern: RegExp): FoundCode {
  // A copy, since a pattern with the flag "g" or "y" remembers where it stopped.
  const found = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, "")).exec(
    text.slice(0, LONGEST_TEXT),
  );
  const code = (found?.[1] ?? found?.[0] ?? "").replaceAll(/[\s-]/g, "");
  return code === "" ? none : { kind: "code", code };
}

/**
 * Looks for a code in a message, by `findCodes` of `@veristep/core/code-text`.
 *
 * @param texts what the message says; several texts say the same, as the parts of a mail do.
 * @param pattern the format of codes, or a pattern for them. Its first group is the code, or all that it matches where it
 *   has none. A pattern that takes exponential time is its author's mistake; a text ends for it after 20,000 characters.
 */
export function findCode(
  texts: readonly string[],
  pattern: RegExp | CodeFormat = defaultPolicy.codeFormat,
): FoundCode {
  if (pattern instanceof RegExp) {
    return texts.map((text) => match(text, pattern)).find(({ kind }) => kind === "code") ?? none;
  }
  const [code, ...others] = findCodes(texts, pattern.length, pattern.characters);
  if (code === undefined) return none;
  return others.length === 0 ? { kind: "code", code } : { kind: "ambiguous" };
}
