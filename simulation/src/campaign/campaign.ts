import { runFlow } from "../run-flow.js";
import type { End } from "../script/finish.js";
import { scriptOf } from "../script/script.js";
import { createServices } from "../world/service.js";
import { createCoverage, type Coverage } from "./coverage.js";

/** The flows to play: `runs` of them, every `stride`th from `first`. */
export interface Share {
  readonly seed: number;
  readonly first: number;
  readonly stride: number;
  readonly runs: number;
}

/** The results so far. */
export interface Figures {
  readonly flows: number;
  readonly ends: Readonly<Partial<Record<End, number>>>;
  /** Simulated time, in ms. */
  readonly simulatedMs: number;
  readonly requests: number;
  readonly coverage: Coverage;
  readonly failed: readonly FailedFlow[];
}

/** A flow that broke a rule. */
export interface FailedFlow {
  readonly index: number;
  readonly rule: string;
  readonly why: string;
}

/** After this time the process hears signals and messages, in ms. */
const REPORT_MS = 200;

/**
 * Plays a share of a campaign, one flow after the other.
 *
 * @param report gets the figures from time to time. The campaign stops when it returns "stop".
 */
export async function playShare(
  { seed, first, stride, runs }: Share,
  report: (figures: Figures) => "continue" | "stop" = () => "continue",
): Promise<Figures> {
  const services = createServices();
  const coverage = createCoverage();
  const ends: Partial<Record<End, number>> = {};
  const failed: FailedFlow[] = [];
  let [flows, simulatedMs, requests] = [0, 0, 0];
  const figures = (): Figures => ({
    flows,
    ends: { ...ends },
    simulatedMs,
    requests,
    coverage: coverage.counts(),
    failed: [...failed],
  });

  const playOne = async (index: number): Promise<End> => {
    try {
      const outcome = await runFlow(scriptOf(seed, index), { services, engine: coverage.engine });
      simulatedMs += outcome.elapsed;
      requests += outcome.requests;
      const [broken] = outcome.violations;
      if (broken !== undefined) failed.push({ index, rule: broken.rule, why: broken.why });
      return outcome.end;
    } catch (error) {
      failed.push({ index, rule: "nothing throws", why: String(error) });
      return "it threw";
    }
  };

  let reportedAt = performance.now();
  while (flows < runs) {
    const end = await playOne(first + flows * stride);
    ends[end] = (ends[end] ?? 0) + 1;
    flows += 1;
    if (performance.now() - reportedAt < REPORT_MS) continue;
    if (report(figures()) === "stop") break;
    reportedAt = performance.now();
  }
  return figures();
}
