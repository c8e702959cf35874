import { runFlow, type Outcome } from "../run-flow.js";
import type { Script } from "../script/step.js";
import { createServices } from "../world/service.js";
import { breaksRule, shrink } from "./shrink.js";
import { createTrace } from "./trace.js";

/** A flow that broke a rule, for a reader. */
export interface Failure {
  /** Which flow it was: `seed:index`. */
  readonly id: string;
  readonly rule: string;
  readonly why: string;
  /** As short as it gets; kept in a file it can be played again. */
  readonly script: Script;
  readonly trace: readonly string[];
}

/** Plays a script on a service of its own, and writes down what happens. */
export async function play(script: Script): Promise<{ outcome: Outcome; trace: readonly string[] }> {
  const trace = createTrace();
  try {
    const outcome = await runFlow(script, { services: createServices(), trace: trace.see });
    return { outcome, trace: trace.lines };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const outcome: Outcome = {
      end: "it threw",
      violations: [{ rule: "nothing throws", why, at: 0 }],
      elapsed: 0,
      requests: 0,
    };
    return { outcome, trace: trace.lines };
  }
}

/** Makes a failure out of a flow that has broken a rule: the shortest script that breaks it, and its trace. */
export async function explain(id: string, script: Script): Promise<Failure | null> {
  const first = (await play(script)).outcome.violations[0];
  if (first === undefined) return null;
  const shortest = await shrink(script, async (tried) =>
    breaksRule((await play(tried)).outcome.violations, first.rule),
  );
  const { outcome, trace } = await play(shortest);
  const { rule, why } = outcome.violations[0] ?? first;
  return { id, rule, why, script: shortest, trace };
}

/** A failure as lines for a terminal. */
export const describeFailure = ({ id, rule, why, script, trace }: Failure): string =>
  [
    `flow ${id} breaks ${rule}: ${why}`,
    "",
    "the shortest script that does:",
    `  ${JSON.stringify(script.setting)}`,
    ...script.steps.map((step) => `  ${JSON.stringify(step)}`),
    "",
    ...trace,
  ].join("\n");
