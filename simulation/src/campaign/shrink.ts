import type { Violation } from "../rules/rule.js";
import { plainSetting, type Setting } from "../script/setting.js";
import type { Script, Step } from "../script/step.js";

/** Whether a script still breaks the rule that is looked for. */
export type StillBreaks = (script: Script) => Promise<boolean>;

const without = <T>(list: readonly T[], from: number, count: number): readonly T[] => [
  ...list.slice(0, from),
  ...list.slice(from + count),
];

/** Leaves out what can be left out: halves first, then smaller and smaller runs of steps. */
async function fewerSteps(script: Script, breaks: StillBreaks): Promise<Script> {
  let best = script;
  for (let size = Math.max(1, best.steps.length >> 1); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let from = 0; from < best.steps.length;) {
      const shorter = { ...best, steps: without(best.steps, from, size) };
      if (await breaks(shorter)) best = shorter;
      else from += size;
    }
  }
  return best;
}

/** Simpler forms of a step, the simplest first. */
function simpler(step: Step): readonly Step[] {
  if (step.do === "together") {
    const { presses } = step;
    if (presses.length <= 2) return presses;
    return [
      ...presses,
      ...presses.map((_, at) => ({ do: "together" as const, presses: without(presses, at, 1) })),
    ];
  }
  if (step.do === "tick" && step.times > 1) {
    return [
      { do: "tick", times: 1 },
      { do: "tick", times: step.times - 1 },
    ];
  }
  if (step.do === "waitFor") {
    return [
      { do: "wait", ms: 1_000 },
      { do: "wait", ms: 60_000 },
    ];
  }
  return "tab" in step && step.tab !== 0 ? [{ ...step, tab: 0 }] : [];
}

async function simplerSteps(script: Script, breaks: StillBreaks): Promise<Script> {
  let best = script;
  for (let at = 0; at < best.steps.length; at += 1) {
    const step = best.steps[at];
    if (step === undefined) continue;
    for (const other of simpler(step)) {
      const tried = { ...best, steps: [...best.steps.slice(0, at), other, ...best.steps.slice(at + 1)] };
      if (await breaks(tried)) {
        best = tried;
        break;
      }
    }
  }
  return best;
}

/** Takes what is ordinary wherever the failure doesn't need anything else. */
async function plainerSetting(script: Script, breaks: StillBreaks): Promise<Script> {
  let best = script;
  const attempt = async (setting: Setting) => {
    if (JSON.stringify(setting) === JSON.stringify(best.setting)) return;
    const tried = { ...best, setting };
    if (await breaks(tried)) best = tried;
  };
  for (const [name, value] of Object.entries(plainSetting)) await attempt({ ...best.setting, [name]: value });
  for (const name of Object.keys(best.setting.policy)) {
    await attempt({
      ...best.setting,
      policy: Object.fromEntries(Object.entries(best.setting.policy).filter(([other]) => other !== name)),
    });
  }
  return best;
}

/** Makes a script that breaks a rule as short and plain as it gets. */
export async function shrink(script: Script, breaks: StillBreaks): Promise<Script> {
  let best = script;
  for (let before = ""; before !== JSON.stringify(best);) {
    before = JSON.stringify(best);
    best = await fewerSteps(best, breaks);
    best = await plainerSetting(best, breaks);
    best = await simplerSteps(best, breaks);
  }
  return best;
}

/** Whether one of these is the rule that was broken first. */
export const breaksRule = (violations: readonly Violation[], rule: string): boolean =>
  violations[0]?.rule === rule;
