import * as fc from "fast-check";
import { runFlow, type Outcome } from "../run-flow.js";
import { arbitraryScript, onlyFlow, type Script } from "../script/script.js";
import { createServices } from "../world/service.js";
import { createTrace } from "./trace.js";

/** Plays a script on a new service, with a trace. */
export async function play(script: Script): Promise<{ outcome: Outcome; trace: readonly string[] }> {
  const trace = createTrace();
  try {
    const outcome = await runFlow(script, { services: createServices(), trace: trace.see });
    return { outcome, trace: trace.lines };
  } catch (error) {
    const violations = [{ rule: "nothing throws", why: String(error), at: 0 }];
    return { outcome: { end: "it threw", violations, elapsed: 0, requests: 0 }, trace: trace.lines };
  }
}

/**
 * Shrinks a flow of a campaign to a short script that breaks the same rule.
 *
 * @returns lines for a terminal: the rule, the script, and the trace; null if the flow breaks no rule.
 */
export async function explain(seed: number, index: number): Promise<string | null> {
  let rule: string | null = null;
  const holds = async (script: Script): Promise<boolean> => {
    const [broken] = (await play(script)).outcome.violations;
    rule ??= broken?.rule ?? null;
    return broken === undefined || broken.rule !== rule;
  };
  const { counterexample } = await fc.check(fc.asyncProperty(arbitraryScript, holds), onlyFlow(seed, index));
  if (counterexample === null) return null;
  const [script] = counterexample;
  const { outcome, trace } = await play(script);
  return [
    `flow ${seed}:${index} breaks ${rule}: ${outcome.violations[0]?.why}`,
    "",
    "the shortest script that does, for a file:",
    JSON.stringify(script),
    "",
    ...trace,
  ].join("\n");
}
