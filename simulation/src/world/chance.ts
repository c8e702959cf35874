import { createRandomSource } from "@veristep/core/testing";

/** Decisions that are made while a flow runs. They follow from a seed. */
export interface Chance {
  /** A whole number; both ends are included. */
  between(least: number, most: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

export function createChance(seed: number): Chance {
  const random = createRandomSource(seed);
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  return { between, pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0] };
}
