import { expect, test } from "vitest";
import { createTrace } from "../src/campaign/trace.js";
import { breaksRule, shrink } from "../src/campaign/shrink.js";
import { useLightPlatform } from "../src/platform/light-platform.js";
import { settleEverything, settlePromises } from "../src/platform/settle.js";
import { runFlow } from "../src/run-flow.js";
import { scriptOf } from "../src/script/generate.js";
import type { Script } from "../src/script/step.js";
import { createServices } from "../src/world/service.js";

const traceOf = async (seed: number, index: number, platform: "light" | "own") => {
  const restore = platform === "light" ? useLightPlatform() : () => {};
  const trace = createTrace();
  try {
    await runFlow(scriptOf(seed, index), {
      services: createServices(),
      settle: platform === "light" ? settlePromises : settleEverything,
      trace: trace.see,
    });
  } finally {
    restore();
  }
  return trace.lines;
};

test("a flow follows from its seed and index alone", async () => {
  const [one, again, other] = [
    await traceOf(3, 7, "light"),
    await traceOf(3, 7, "light"),
    await traceOf(3, 8, "light"),
  ];
  expect(one.length).toBeGreaterThan(10);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});

test("a flow goes the same way on the platform's own messages, signals and streams", async () => {
  for (let index = 0; index < 40; index += 1)
    expect(await traceOf(2, index, "own"), `flow 2:${index}`).toEqual(await traceOf(2, index, "light"));
});

test("the flows of the gate have every kind of step, fault, press and setting", () => {
  const seen = new Set<string>();
  for (let index = 0; index < 2_000; index += 1) {
    const { setting, steps } = scriptOf(11, index);
    seen.add(`keeps ${setting.keeps}`).add(`peers ${setting.peers}`).add(`service ${setting.service}`);
    for (const step of steps) {
      seen.add(step.do);
      if (step.do === "fault") seen.add(`${step.plan.fault.kind} on ${step.plan.on}`);
    }
  }
  const faults = "refused dropBefore dropAfter silence delay duplicate cutBody html nonsense serverError"
    .concat(" unauthorized throttled successFalse redirect modelState unknownUser")
    .split(" ");
  // Of the rare ones, each on some call; of the common ones, on each.
  for (const fault of faults) expect([...seen].some((one) => one.startsWith(`${fault} on `))).toBe(true);
  for (const fault of ["dropAfter", "serverError", "unauthorized", "throttled", "silence", "duplicate"])
    for (const on of ["any", "send", "confirm", "status"]) expect(seen).toContain(`${fault} on ${on}`);
  const steps = "type phone resend retry refresh changePhone cancel follow together wait tick waitFor fault"
    .concat(" offline online setClock suspend sleep wake open kill stop store damage elsewhere forge")
    .concat(" lifecycle token defect")
    .split(" ");
  for (const step of steps) expect(seen).toContain(step);
  for (const setting of ["keeps store", "keeps host", "keeps none", "peers none", "peers good", "peers poor"])
    expect(seen).toContain(setting);
});

test("what broke a rule is made shorter, and still breaks it", async () => {
  const script = scriptOf(1, 3);
  const culprit = { do: "resend", tab: 2 } as const;
  const long = { ...script, steps: [...script.steps, culprit, ...script.steps] };
  const breaks = (steps: Script["steps"]) => steps.some((step) => step.do === "resend");
  const short = await shrink(long, ({ steps }) => Promise.resolve(breaks(steps)));
  expect(short.steps).toEqual([{ do: "resend", tab: 0 }]);
  expect(breaksRule([{ rule: "B1", why: "twice", at: 0 }], "B1")).toBe(true);
});
