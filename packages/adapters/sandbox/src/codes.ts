import type { RandomBytes } from "./random.js";

/** How many codes there are: 000000 to 999999. */
const codeCount = 1_000_000;

/** The largest multiple of the number of codes that three bytes can hold. */
const acceptedDraws = 16 * codeCount;

/** A working source is refused 1 draw in 22: so many in a row means that it is stuck. */
const maxDraws = 200;

/**
 * Returns the code of a draw of 24 bits, or null if the draw must be discarded: draws above the last whole multiple of
 * a million would make the low codes more likely than the others (B52).
 */
export function codeOfDraw(draw: number): string | null {
  return draw < acceptedDraws ? String(draw % codeCount).padStart(6, "0") : null;
}

/**
 * A one-time code of six digits, uniform over 000000 to 999999 (B52).
 *
 * @throws Error if the random source is stuck.
 */
export function drawCode(random: RandomBytes): string {
  for (let draws = 0; draws < maxDraws; draws += 1) {
    const [high = 0, middle = 0, low = 0] = random(3);
    const code = codeOfDraw((high << 16) | (middle << 8) | low);
    if (code !== null) return code;
  }
  throw new Error("The random source of the sandbox is stuck: it keeps returning bytes that are refused.");
}

/**
 * Returns whether two texts are equal, in a time that depends only on the length of `given`, so that the response
 * time doesn't reveal how many digits of a guess are right (B52). Browsers lack Node's `timingSafeEqual`.
 */
export function equalInConstantTime(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let at = 0; at < given.length; at += 1) {
    // Wraps around, so that a longer guess costs no early exit; its length has made the difference already.
    difference |= given.charCodeAt(at) ^ expected.charCodeAt(at % Math.max(1, expected.length));
  }
  return difference === 0;
}
