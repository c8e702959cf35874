/**
 * Where codes, tokens, trace ids and nonces come from: `length` random bytes.
 *
 * Codes are secrets, so outside of tests this has to be a CSPRNG.
 */
export type RandomBytes = (length: number) => Uint8Array;

/** The CSPRNG of the platform, in browsers and Node alike. */
export const systemRandomBytes: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/**
 * Numbers in [0, 1), the same for the same seed (mulberry32). For the dice of faults and for tests, never for
 * anything secret.
 *
 * @param seed any number; its low 32 bits count.
 */
export function createDice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/**
 * Random bytes that are the same for the same seed, so that a test sees the same codes again. Anyone who
 * knows the seed knows the codes: never for a sandbox that other people reach.
 *
 * @param seed any number; its low 32 bits count.
 */
export function createSeededRandom(seed: number): RandomBytes {
  const dice = createDice(seed);
  return (length) => Uint8Array.from({ length }, () => Math.floor(dice() * 256));
}

/** Random bytes as lower-case hexadecimal digits, two a byte. */
export function randomHex(random: RandomBytes, bytes: number): string {
  return Array.from(random(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
