import { createRandomSource } from "@veristep/core/testing";

/** Seeded decisions. */
export interface Dice {
  /** True once in `1 / probability` times. */
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** One of the keys, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** A seed for dice of their own. */
  seed(): number;
}

export function createDice(seed: number): Dice {
  const random = createRandomSource(seed);
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  return {
    chance: (probability) => random() < probability,
    between,
    pick: (choices) => {
      const chosen = choices[between(0, choices.length - 1)];
      return chosen === undefined ? choices[0] : chosen;
    },
    weighted: <K extends string>(weights: Readonly<Record<K, number>>) => {
      const entries = Object.entries<number>(weights);
      let left = random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      // `entries` forgets the type of the keys.
      let last = entries[0]?.[0] as K;
      for (const [key, weight] of entries) {
        if (weight <= 0) continue;
        last = key as K;
        left -= weight;
        if (left < 0) break;
      }
      return last;
    },
    seed: () => between(0, 0xffff_ffff),
  };
}

/** The seed of one flow of a campaign: it depends on these two numbers and on nothing else. */
export function flowSeed(seed: number, index: number): number {
  let mixed = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(index + 1, 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9_f3b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
