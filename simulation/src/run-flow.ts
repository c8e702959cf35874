import type { VerificationOptions } from "@veristep/core";
import { settlePromises, type Settle } from "./platform/settle.js";
import { rules as allRules } from "./rules/index.js";
import type { Books } from "./rules/books.js";
import type { Rule, Violation } from "./rules/rule.js";
import type { Happening } from "./rules/seen.js";
import { finish, type End } from "./script/finish.js";
import { perform } from "./script/perform.js";
import type { Script } from "./script/step.js";
import type { Services } from "./world/service.js";
import { openWorld } from "./world/world.js";

export interface FlowOptions {
  readonly services: Services;
  /** @defaultValue all */
  readonly rules?: readonly Rule[];
  readonly settle?: Settle;
  readonly engine?: VerificationOptions["engine"];
  readonly trace?: (happening: Happening, books: Books) => void;
}

/** What came of one flow. */
export interface Outcome {
  readonly end: End;
  /** The first rule that was broken, and others that were with it; empty for a flow as it should be. */
  readonly violations: readonly Violation[];
  /** Simulated time, in ms. */
  readonly elapsed: number;
  readonly requests: number;
}

/** Plays a script, checks every rule after every step, and lets a willing person finish the flow. */
export async function runFlow({ setting, steps }: Script, options: FlowOptions): Promise<Outcome> {
  const world = await openWorld({
    setting,
    services: options.services,
    settle: options.settle ?? settlePromises,
    rules: options.rules ?? allRules,
    engine: options.engine,
    trace: options.trace,
  });
  const { violations, timeline, books } = world;
  await perform(world, { do: "open" });
  for (const step of steps) {
    if (violations.length > 0) break;
    await perform(world, step);
  }
  const end = violations.length > 0 ? "a rule was broken" : await finish(world);
  return { end, violations, elapsed: timeline.elapsed, requests: books.requests.length };
}
