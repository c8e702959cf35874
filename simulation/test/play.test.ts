import * as fc from "fast-check";
import { expect, test } from "vitest";
import { explain, play } from "../src/campaign/play.js";
import { arbitraryScript, scriptOf } from "../src/script/script.js";

test("a flow follows from its seed and index", async () => {
  const one = await play(scriptOf(3, 7));
  expect(one.trace.length).toBeGreaterThan(10);
  expect(await play(scriptOf(3, 7))).toEqual(one);
  expect((await play(scriptOf(3, 8))).trace).not.toEqual(one.trace);
});

test("a flow that breaks no rule needs no explanation", async () => {
  expect(await explain(3, 7)).toBeNull();
});

test("random flows have every kind of step, fault and setting", () => {
  const seen = new Set<string>();
  for (const { setting, steps } of fc.sample(arbitraryScript, { numRuns: 2_000, seed: 11 })) {
    seen.add(`keeps ${setting.keeps}`).add(`peers ${setting.peers}`).add(`service ${setting.service}`);
    for (const step of steps) seen.add(step.do === "fault" ? `${step.fault.kind} on ${step.on}` : step.do);
  }
  const faults =
    "refused dropBefore dropAfter silence delay duplicate cutBody html nonsense falseSuccess notRouted"
      .concat(" serverError unauthorized throttled successFalse redirect modelState unknownUser")
      .split(" ");
  for (const fault of faults) expect([...seen].some((one) => one.startsWith(`${fault} on `))).toBe(true);
  for (const fault of ["dropAfter", "serverError", "unauthorized", "throttled", "silence", "duplicate"])
    for (const on of ["any", "send", "confirm", "status"]) expect(seen).toContain(`${fault} on ${on}`);
  const steps = "type phone resend retry refresh changePhone cancel follow together wait tick waitFor"
    .concat(" offline online setClock suspend sleep wake open kill stop store damage elsewhere forge")
    .concat(" lifecycle token defect")
    .split(" ");
  for (const step of steps) expect(seen).toContain(step);
  for (const setting of ["keeps store", "keeps host", "keeps none", "peers none", "peers good", "peers poor"])
    expect(seen).toContain(setting);
});
