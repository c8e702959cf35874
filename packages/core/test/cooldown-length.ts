import type { Policy } from "@veristep/core";

/**
 * How long a channel cools down after a send, as the tests expect it: the one place that says so besides
 * `rules/sends.ts`.
 *
 * @param _sends how many sends count, this one included.
 */
export const cooldownLength = ({ cooldownMs }: Pick<Policy, "cooldownMs">, _sends: number): number =>
  cooldownMs;
