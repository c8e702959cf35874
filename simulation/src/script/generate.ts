import type { PolicyOptions, RetryPolicy } from "@veristep/core";
import { createDice, flowSeed, type Dice } from "../world/dice.js";
import type { CallKind } from "../world/contract.js";
import type { NetworkFault, PlannedFault } from "../world/faults.js";
import { servicePolicies } from "../world/service.js";
import type { Setting } from "./setting.js";
import type { Press, Script, Step } from "./step.js";

/** A step, or several that make sense together. */
type StepKind = Step["do"] | "cycle" | "ambush" | "trap";

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
  network: { fault: 16, ambush: 6, offline: 1, online: 2, retry: 4, refresh: 2 },
  throttling: { fault: 6, resend: 6, type: 8, waitFor: 6, setClock: 1 },
  numbers: { phone: 8, changePhone: 6, fault: 5, resend: 3, waitFor: 6 },
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
  restarts: 3,
  tabs: 4,
  clocks: 3,
  storage: 2,
  elsewhere: 2,
  chaos: 4,
  defects: 2,
};

/** The flow of a campaign: it follows from the two numbers alone. */
export function scriptOf(seed: number, index: number): Script {
  const dice = createDice(flowSeed(seed, index));
  const flavour = dice.weighted(flavourWeights);
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

/** Some sorts of steps are left out of a flow altogether: fewer sorts get further with each. */
function weightsFor(flavour: Flavour, setting: Setting, dice: Dice): Readonly<Record<StepKind, number>> {
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
    maxSends: dice.pick([5, 3, 2, 1]),
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

function settingFor(flavour: Flavour, dice: Dice): Setting {
  const hasTabs = flavour === "tabs" || (flavour === "chaos" && dice.chance(0.5)) || dice.chance(0.1);
  const keeps =
    hasTabs || flavour === "storage"
      ? ("store" as const)
      : dice.pick<Setting["keeps"]>(["store", "store", "host", "none"]);
  return {
    policy: policyFor(dice),
    service: dice.chance(0.4) ? 0 : dice.between(0, servicePolicies.length - 1),
    isRegistered: dice.chance(0.3),
    phone: dice.pick([0, 0, 0, null, null, 1]),
    hasOtherEmail: dice.chance(0.01),
    verified: dice.weighted({ nothing: 60, email: 38, both: 2 }),
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

const waits: readonly [number, ...number[]] = [
  1, 20, 400, 1_000, 5_000, 11_000, 30_000, 60_000, 61_000, 300_000, 900_000,
];
const jumps: readonly [number, ...number[]] = [
  -1, -20_000, -60_000, -3_600_000, -86_400_000, 1, 20_000, 60_000, 3_600_000, 86_400_000,
];

function faultOf(dice: Dice): NetworkFault {
  const processed = dice.chance(0.5);
  switch (
    dice.weighted({
      refused: 3,
      dropBefore: 2,
      dropAfter: 4,
      silence: 2,
      delay: 3,
      duplicate: 3,
      cutBody: 2,
      html: 1,
      nonsense: 0.5,
      serverError: 5,
      unauthorized: 4,
      throttled: 3,
      successFalse: 0.5,
      redirect: 0.5,
      modelState: 0.5,
      unknownUser: 0.2,
    })
  ) {
    case "refused":
      return { kind: "refused" };
    case "dropBefore":
      return { kind: "dropBefore" };
    case "dropAfter":
      return { kind: "dropAfter" };
    case "silence":
      return { kind: "silence", processed };
    case "delay":
      return {
        kind: "delay",
        thereMs: dice.pick([0, 300, 4_000, 15_000, 70_000]),
        backMs: dice.pick([0, 300, 4_000, 15_000]),
      };
    case "duplicate":
      return {
        kind: "duplicate",
        afterMs: dice.pick([0, 5, 1_000, 65_000]),
        answer: dice.pick(["first", "second"]),
      };
    case "cutBody":
      return { kind: "cutBody" };
    case "html":
      return { kind: "html", processed };
    case "nonsense":
      return { kind: "nonsense", processed };
    case "serverError":
      return {
        kind: "serverError",
        status: dice.pick([500, 502, 503]),
        body: dice.pick(["empty", "html", "problem"]),
        processed,
      };
    case "unauthorized":
      return { kind: "unauthorized" };
    case "throttled":
      return {
        kind: "throttled",
        retryAfter: dice.pick([
          null,
          "7",
          "0",
          "120",
          "999999999",
          "soon",
          "-5",
          "Thu, 01 Jan 2026 10:02:00 GMT",
        ]),
      };
    case "successFalse":
      return { kind: "successFalse" };
    case "redirect":
      return { kind: "redirect" };
    case "modelState":
      return { kind: "modelState" };
    case "unknownUser":
      return { kind: "unknownUser", status: dice.pick([404, 400]) };
  }
}

function planOf(dice: Dice): PlannedFault {
  return { on: dice.pick(["any", "send", "confirm", "confirm", "status", "status"]), fault: faultOf(dice) };
}

function pressOf(kind: Press["do"], dice: Dice): Press {
  const tab = dice.between(0, 2);
  switch (kind) {
    case "type":
      return {
        do: "type",
        tab,
        code: dice.weighted({
          newest: 4,
          wrong: 6,
          older: 2,
          same: 2,
          otherChannel: 0.5,
          spaced: 0.5,
          malformed: 0.5,
        }),
      };
    case "phone":
      return { do: "phone", tab, which: dice.pick([0, 0, 1, 1, 2, "taken", "malformed"]) };
    case "resend":
    case "retry":
    case "refresh":
    case "changePhone":
    case "cancel":
    case "start":
    case "follow":
      return { do: kind, tab };
  }
}

const presses: readonly [Press["do"], ...Array<Press["do"]>] = [
  "type",
  "type",
  "type",
  "resend",
  "resend",
  "retry",
  "refresh",
  "phone",
  "changePhone",
  "follow",
];

/** A kind of call, and what makes a flow make one. */
const calls: readonly [readonly [CallKind, Press["do"]], ...Array<readonly [CallKind, Press["do"]]>] = [
  ["status", "refresh"],
  ["status", "type"],
  ["send", "resend"],
  ["send", "follow"],
  ["send", "phone"],
  ["confirm", "follow"],
  ["confirm", "type"],
];

/** Most sorts are one step; some come with what makes sense of them. */
function stepsOf(kind: StepKind, dice: Dice): readonly Step[] {
  const tab = dice.between(0, 2);
  switch (kind) {
    case "type":
    case "phone":
    case "resend":
    case "retry":
    case "refresh":
    case "changePhone":
    case "cancel":
    case "start":
    case "follow":
      return [pressOf(kind, dice)];
    case "together": {
      const one = pressOf(dice.pick(presses), dice);
      const others = Array.from({ length: dice.between(1, 3) }, () =>
        dice.chance(0.5) ? { ...one, tab: dice.between(0, 2) } : pressOf(dice.pick(presses), dice),
      );
      return [{ do: "together", presses: [one, ...others] }];
    }
    case "wait":
      return [{ do: "wait", ms: dice.pick(waits) }];
    case "tick":
      return [{ do: "tick", times: dice.pick([1, 1, 2, 3, 6]) }];
    case "waitFor":
      return [{ do: "waitFor", tab, what: dice.pick(["answer", "answer", "resend", "lock"]) }];
    case "fault":
      return [{ do: "fault", plan: planOf(dice) }];
    case "offline":
    case "online":
      return [{ do: kind }];
    case "setClock":
      return [{ do: "setClock", byMs: dice.pick(jumps) }];
    case "suspend":
      return [{ do: "suspend", ms: dice.pick([2_000, 61_000, 400_000]) }];
    case "sleep":
      return [{ do: "sleep", tab, how: dice.pick(["throttled", "frozen"]) }];
    case "wake":
      return [{ do: "wake", tab }];
    case "open":
      return [{ do: "open" }];
    case "kill":
    case "stop":
      return [{ do: kind, tab }];
    case "cycle":
      return [
        { do: dice.pick(["kill", "kill", "stop"]), tab },
        ...(dice.chance(0.3) ? [{ do: "wait", ms: dice.pick(waits) } as const] : []),
        { do: "open" },
        ...(dice.chance(0.7) ? [{ do: "waitFor", tab, what: "answer" } as const] : []),
      ];
    case "ambush": {
      // A 401 is followed by a call with a fresh token, and that one fares badly as well.
      const [on, press] = dice.pick(calls);
      const first = dice.chance(0.7) ? ({ kind: "unauthorized" } as const) : faultOf(dice);
      return [
        { do: "fault", plan: { on, fault: first } },
        { do: "fault", plan: { on, fault: faultOf(dice) } },
        pressOf(press, dice),
        { do: "tick", times: dice.pick([3, 6, 9]) },
      ];
    }
    case "trap": {
      // A defect waits behind an ordinary failure, or behind a 401, or right there.
      const [on, press] = dice.pick(calls);
      const fault = dice.pick<NetworkFault | null>([
        null,
        { kind: "unauthorized" },
        { kind: "refused" },
        { kind: "serverError", status: 503, body: "empty", processed: false },
      ]);
      return [
        ...(fault === null ? [] : [{ do: "fault", plan: { on, fault } } as const]),
        { do: "defect", tab, where: fault === null || fault.kind === "unauthorized" ? on : "wait" },
        ...(dice.chance(0.3) ? [{ do: "defect", tab, where: "wait" } as const] : []),
        pressOf(press, dice),
        { do: "tick", times: dice.pick([3, 6, 9]) },
      ];
    }
    case "store":
      return [{ do: "store", trouble: dice.pick([null, null, "unavailable", "full", "damaged", "hangs"]) }];
    case "damage":
      return [
        {
          do: "damage",
          how: dice.pick(["noJson", "nonsense", "otherVersion", "otherUser", "expired", "gone"]),
        },
      ];
    case "elsewhere":
      return [
        {
          do: "elsewhere",
          what: dice.pick(["verifyEmail", "verifyPhone", "verifyPhone", "resendEmail", "resendPhone"]),
        },
      ];
    case "forge":
      return [{ do: "forge", news: dice.pick(["record", "status"]) }];
    case "lifecycle":
      return [{ do: "lifecycle", blocked: dice.chance(0.7) }];
    case "token":
      return [{ do: "token", tab }];
    case "defect":
      return [{ do: "defect", tab, where: dice.pick(["status", "send", "confirm", "wait"]) }];
  }
}
