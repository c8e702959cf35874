import type { Dice } from "../world/dice.js";
import type { Setting } from "./setting.js";
import type { StepKind } from "./steps-of.js";

/** How often each sort of step is taken, relative to the others. */
type Weights = Readonly<Partial<Record<StepKind, number>>>;

/** What nearly every flow has: somebody who gets on, and time that passes. */
const everyday: Weights = {
  follow: 14,
  wait: 4,
  tick: 8,
  waitFor: 4,
  type: 4,
  resend: 2,
  retry: 1,
  refresh: 1,
};

/**
 * What a flow is about. Each has more of one sort of trouble than chance alone would bring together, so that short
 * flows get deep into it.
 */
const flavours = {
  calm: { follow: 20, type: 2, phone: 1 },
  typing: { type: 16, together: 4, waitFor: 4, resend: 3, phone: 1 },
  network: { fault: 16, ambush: 6, relapse: 4, offline: 1, online: 2, retry: 4, refresh: 2 },
  throttling: { relapse: 1, fault: 6, resend: 6, type: 8, waitFor: 6, setClock: 1 },
  numbers: { relapse: 1, phone: 8, changePhone: 6, fault: 5, resend: 3, waitFor: 6 },
  asked: {
    follow: 0.5,
    phone: 0.5,
    refresh: 8,
    ambush: 8,
    trap: 3,
    elsewhere: 3,
    setClock: 1,
    cycle: 2,
    wait: 4,
  },
  meantime: { meantime: 8, follow: 6, waitFor: 4, phone: 1 },
  restarts: { cycle: 8, kill: 1, stop: 1, open: 3, tick: 10, fault: 4, setClock: 1 },
  tabs: {
    open: 6,
    kill: 1,
    together: 6,
    sleep: 2,
    wake: 2,
    forge: 1,
    tick: 10,
    type: 5,
    resend: 4,
    fault: 3,
    changePhone: 1,
    phone: 2,
  },
  clocks: { setClock: 7, suspend: 4, sleep: 3, wake: 3, waitFor: 3, resend: 4, type: 5, open: 1, cycle: 2 },
  storage: { store: 5, damage: 3, cycle: 6, open: 2, type: 4, resend: 2 },
  elsewhere: { elsewhere: 6, refresh: 4, resend: 3, type: 3, fault: 3, lifecycle: 1, cycle: 1 },
  chaos: {
    fault: 6,
    offline: 1,
    online: 1,
    together: 3,
    phone: 3,
    changePhone: 2,
    setClock: 2,
    suspend: 1,
    sleep: 1,
    wake: 1,
    open: 2,
    cycle: 2,
    kill: 1,
    store: 1,
    damage: 1,
    elsewhere: 1,
    forge: 1,
    token: 1,
    cancel: 0.2,
    lifecycle: 0.1,
  },
  defects: {
    trap: 4,
    defect: 3,
    ambush: 3,
    waitFor: 3,
    type: 5,
    phone: 2,
    changePhone: 2,
    resend: 3,
    retry: 2,
    cycle: 2,
  },
} as const satisfies Readonly<Record<string, Weights>>;

export type Flavour = keyof typeof flavours;

const flavourWeights: Readonly<Record<Flavour, number>> = {
  calm: 1,
  typing: 3,
  network: 3,
  throttling: 2,
  numbers: 3,
  asked: 1,
  meantime: 1,
  restarts: 3,
  tabs: 4,
  clocks: 3,
  storage: 2,
  elsewhere: 2,
  chaos: 4,
  defects: 2,
};

/** What a flow is about. */
export const flavourOf = (dice: Dice): Flavour => dice.weighted(flavourWeights);

/** Some sorts of steps are left out of a flow altogether: fewer sorts get further with each. */
export function weightsFor(
  flavour: Flavour,
  setting: Setting,
  dice: Dice,
): Readonly<Record<StepKind, number>> {
  const weights: Partial<Record<StepKind, number>> = { ...everyday };
  for (const [kind, weight] of Object.entries(flavours[flavour])) {
    // `entries` forgets the type of the keys.
    weights[kind as StepKind] = dice.chance(0.2) ? 0 : weight;
  }
  if (setting.keeps !== "store") {
    weights.store = 0;
    weights.damage = 0;
  }
  // All kinds that have a weight are there; the others are never asked for.
  return weights as Record<StepKind, number>;
}
