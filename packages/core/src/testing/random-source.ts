import type { RandomSource } from "../clock.port.js";

/**
 * Random numbers in [0, 1) that are the same for the same seed (mulberry32), for the jitter of a flow under test
 * and for tests that take chances. Never for anything secret.
 *
 * @param seed any number; its low 32 bits count.
 */
export function createRandomSource(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
