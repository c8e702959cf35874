import type { CallKind } from "../world/contract.js";
import type { Dice } from "../world/dice.js";
import type { NetworkFault } from "../world/faults.js";
import { faultOf, planOf } from "./fault-of.js";
import type { Press, Step } from "./step.js";

/** A step, or several that make sense together. */
export type StepKind = Step["do"] | "cycle" | "ambush" | "relapse" | "trap" | "meantime";

const waits: readonly [number, ...number[]] = [
  1, 20, 400, 1_000, 5_000, 11_000, 30_000, 60_000, 61_000, 300_000, 900_000,
];
const jumps: readonly [number, ...number[]] = [
  -1, -20_000, -60_000, -3_600_000, -86_400_000, 1, 20_000, 60_000, 3_600_000, 86_400_000,
];
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

/** The only lock that a code can bring about while a send is under way. */
const throttledCode = (tab: number): readonly Step[] => [
  { do: "fault", plan: { on: "confirm", fault: { kind: "throttled", retryAfter: "120" } } },
  { do: "type", tab, code: "wrong" },
];

/** Most sorts are one step; some come with what makes sense of them. */
export function stepsOf(kind: StepKind, dice: Dice): readonly Step[] {
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
      const unknown = { kind: "unknownUser", status: 404 } as const;
      const trouble = () => (dice.chance(0.1) ? unknown : faultOf(dice));
      const first = dice.chance(0.7) ? ({ kind: "unauthorized" } as const) : trouble();
      const second = trouble();
      return [
        { do: "fault", plan: { on, fault: first } },
        { do: "fault", plan: { on, fault: second } },
        pressOf(press, dice),
        { do: "tick", times: dice.pick([3, 6, 9]) },
      ];
    }
    case "relapse": {
      // The first attempt at a send may have gone out; the next one fails for good, with a lock by then or not.
      const later = dice.pick<readonly NetworkFault[]>([
        [{ kind: "refused" }],
        [{ kind: "modelState" }],
        [{ kind: "unauthorized" }, { kind: "unauthorized" }],
        [{ kind: "unauthorized" }, faultOf(dice)],
      ]);
      const first = { kind: "serverError", status: 503, body: "empty", processed: dice.chance(0.5) } as const;
      return [
        { do: "waitFor", tab, what: "resend" },
        ...[first, ...later].map((fault) => ({ do: "fault", plan: { on: "send", fault } }) as const),
        { ...pressOf(dice.pick(["resend", "resend", "follow", "phone"]), dice), tab },
        { do: "tick", times: dice.pick([1, 2, 4, 6]) },
        ...(dice.chance(0.4) ? throttledCode(tab) : []),
        { do: "tick", times: dice.pick([4, 8, 12]) },
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
        fault === null || fault.kind === "unauthorized"
          ? { do: "defect", tab, where: on, after: fault === null ? 0 : 1 }
          : { do: "defect", tab, where: "wait", after: 0 },
        pressOf(press, dice),
        { do: "tick", times: dice.pick([3, 6, 9]) },
      ];
    }
    case "meantime": {
      // Something is about to be repeated, and what happens before that leaves no sense in it.
      const trouble = dice.pick<NetworkFault>([
        { kind: "unauthorized" },
        { kind: "refused" },
        { kind: "serverError", status: 503, body: "empty", processed: false },
      ]);
      const [on, press, meanwhile] = dice.pick<readonly [CallKind, Press["do"], Press["do"]]>([
        ["send", "resend", "type"],
        ["confirm", "type", "resend"],
        ["status", "refresh", "resend"],
      ]);
      return [
        { do: "waitFor", tab, what: "resend" },
        { do: "fault", plan: { on, fault: trouble } },
        ...(meanwhile === "type"
          ? [{ do: "fault", plan: { on: "confirm", fault: { kind: "throttled", retryAfter: "7" } } } as const]
          : []),
        { do: "together", presses: [pressOf(press, dice), pressOf(meanwhile, dice)] },
        { do: "tick", times: dice.pick([2, 4, 8]) },
        pressOf(meanwhile, dice),
        { do: "tick", times: dice.pick([2, 4, 8]) },
      ];
    }
    case "store":
      return [{ do: "store", trouble: dice.pick([null, null, "unavailable", "full", "damaged", "hangs"]) }];
    case "damage":
      return [
        {
          do: "damage",
          how: dice.pick(["noJson", "nonsense", "otherVersion", "otherUser", "expired", "farFuture", "gone"]),
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
      return [
        {
          do: "defect",
          tab,
          where: dice.pick(["status", "send", "confirm", "wait"]),
          after: dice.pick([0, 0, 1, 2, 4]),
        },
      ];
  }
}
