/** More of a text is not looked at: a pattern's time is bounded by what it is given. */
const LONGEST_TEXT = 20_000;

/**
 * Six digits that stand alone: not a part of a longer number, a word, an address, a decimal or a phone number, nor
 * of a colour or an order number written with "#". "123 456" and "123-456" count as well.
 */
const LONE_SIX_DIGITS =
  /(?<![\p{L}\p{N}_#+])(?<!\p{N}[ .,:/-])\d{3}[ -]?\d{3}(?![\p{L}\p{N}_@])(?![ .,:/-]\p{N})/gu;

const WEB_ADDRESS = /https?:\/\/\S+/giu;

/** What was found: `ambiguous` means several different codes, of which none is taken. */
export type FoundCode =
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "none" }
  | { readonly kind: "ambiguous" };

/**
 * Looks for a code in the text of a message.
 *
 * @param pattern what to look for instead of six digits that stand alone. Its first group is the code, or all that
 *   it matches where it has none. A pattern that takes exponential time is its author's mistake; the text that it
 *   is given ends after 20,000 characters.
 */
export function findCode(text: string, pattern?: RegExp): FoundCode {
  const looked = text.slice(0, LONGEST_TEXT);
  if (pattern !== undefined) {
    // A copy, since a pattern with the flag "g" or "y" remembers where it stopped.
    const match = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, "")).exec(looked);
    const code = match?.[1] ?? match?.[0] ?? "";
    return code === "" ? { kind: "none" } : { kind: "code", code: compact(code) };
  }
  const codes = new Set(
    [...looked.replaceAll(WEB_ADDRESS, " ").matchAll(LONE_SIX_DIGITS)].map(([code]) => compact(code)),
  );
  const [code] = codes;
  if (code === undefined) return { kind: "none" };
  return codes.size === 1 ? { kind: "code", code } : { kind: "ambiguous" };
}

const compact = (code: string): string => code.replaceAll(/[\s-]/g, "");
