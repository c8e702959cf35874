import { createDice, flowSeed } from "../world/dice.js";
import { flavourOf, weightsFor } from "./flavours.js";
import { settingFor } from "./setting-for.js";
import type { Script, Step } from "./step.js";
import { stepsOf } from "./steps-of.js";

/** The flow of a campaign: it follows from the two numbers alone. */
export function scriptOf(seed: number, index: number): Script {
  const dice = createDice(flowSeed(seed, index));
  const flavour = flavourOf(dice);
  const setting = settingFor(flavour, dice);
  const weights = weightsFor(flavour, setting, dice);
  const length = Math.min(2 + Math.floor(-Math.log(1 - dice.between(0, 999) / 1_000) * 11), 60);
  const pace = dice.pick([0.2, 0.6, 0.9]);
  const steps: Step[] = [];
  while (steps.length < length) {
    const kind = dice.weighted(weights);
    steps.push(...stepsOf(kind, dice));
    // Somebody who acts gives the answers some time to come, more often than not.
    if (kind !== "wait" && kind !== "tick" && kind !== "fault" && dice.chance(pace))
      steps.push({ do: "tick", times: dice.pick([1, 2, 3, 5, 9]) });
  }
  return { setting, steps };
}
