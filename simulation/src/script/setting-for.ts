import type { PolicyOptions, RetryPolicy } from "@veristep/core";
import type { Dice } from "../world/dice.js";
import { servicePolicies } from "../world/service.js";
import type { Flavour } from "./flavours.js";
import type { Setting } from "./setting.js";

function policyFor(dice: Dice): PolicyOptions {
  if (dice.chance(0.15)) return {};
  // A long wait with polling is long to play, and shows nothing that a short one doesn't.
  const pollMs = dice.pick([null, null, null, 20_000]);
  return {
    channels: dice.pick([
      ["email", "phone"],
      ["email", "phone"],
      ["email", "phone"],
      ["phone"],
      ["phone"],
      ["email"],
    ]),
    cooldownMs: dice.pick([60_000, 30_000, 1_000, 0]),
    maxSendsPerWindow: dice.pick([5, 3, 2, 1]),
    sendWindowMs: dice.pick([pollMs === null ? 3_600_000 : 60_000, 120_000, 30_000]),
    maxAttempts: dice.pick([5, 3, 2, 1]),
    lockMs: dice.pick([pollMs === null ? 900_000 : 60_000, 60_000, 5_000]),
    retry: dice.pick<Partial<RetryPolicy>>([
      {},
      { maxRetries: 1 },
      { maxRetries: 2, baseMs: 500, capMs: 600 },
      { maxRetries: 2, totalMs: 1_000 },
      { maxRetries: 0 },
    ]),
    retrySends: dice.pick(["on5xx", "on5xx", "never"]),
    unlockOnResend: dice.chance(0.3),
    pollMs,
  };
}
/** The circumstances of a flow of this flavour. */
export function settingFor(flavour: Flavour, dice: Dice): Setting {
  const hasTabs = flavour === "tabs" || (flavour === "chaos" && dice.chance(0.5)) || dice.chance(0.1);
  const keeps =
    hasTabs || flavour === "storage"
      ? ("store" as const)
      : dice.pick<Setting["keeps"]>(["store", "store", "host", "none"]);
  return {
    policy: policyFor(dice),
    service: dice.chance(0.4) ? 0 : dice.between(0, servicePolicies.length - 1),
    hasOneCode: dice.chance(0.05),
    isRegistered: dice.chance(0.3),
    phone: flavour === "asked" ? null : dice.pick([0, 0, 0, null, null, 1]),
    hasOtherEmail: dice.chance(0.01),
    verified: flavour === "asked" ? "email" : dice.weighted({ nothing: 60, email: 38, both: 2 }),
    keeps,
    storeMs: dice.pick([0, 0, 4, 50]),
    storeHeals: dice.chance(0.7),
    peers: hasTabs ? dice.pick(["good", "good", "poor"]) : "none",
    deadAfterMs: dice.pick([30_000, 30_000, 5_000]),
    latencyMs: dice.pick([
      [1, 5],
      [20, 200],
      [20, 200],
      [50, 4_000],
    ]),
    tokenMs: dice.pick([0, 0, 50, 1_000]),
    timeoutMs: dice.pick([10_000, 10_000, 3_000]),
    ignoresAbort: dice.chance(0.3),
    tellsWhy: dice.chance(0.6),
    mailMs: dice.pick([0, 0, 3_000]),
    chance: dice.seed(),
  };
}
