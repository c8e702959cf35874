import type { VerificationOptions } from "@veristep/core";
import type { Books } from "./rules/books.js";
import { rules as allRules } from "./rules/index.js";
import type { Rule, Violation } from "./rules/rule.js";
import type { Happening } from "./rules/seen.js";
import { finish, type End } from "./script/finish.js";
import { perform } from "./script/perform.js";
import type { Script } from "./script/script.js";
import type { Services } from "./world/service.js";
import { openWorld } from "./world/world.js";

export interface FlowOptions {
  readonly services: Services;
  /** @defaultValue all */
  readonly rules?: readonly Rule[];
  readonly engine?: VerificationOptions["engine"];
  readonly trace?: (happening: Happening, books: Books) => void;
}

/** The outcome of one flow. */
export interface Outcome {
  readonly end: End;
  /** The rules that were broken first; empty if none was. */
  readonly violations: readonly Violation[];
  /** Simulated time, in ms. */
  readonly elapsed: number;
  readonly requests: number;
}

/** Plays a script, checks every rule after every step, and lets a willing user finish the flow. */
export async function runFlow({ setting, steps }: Script, options: FlowOptions): Promise<Outcome> {
  const world = await openWorld({ rules: allRules, ...options, setting });
  const { violations, timeline, books } = world;
  await perform(world, { do: "open" });
  for (const step of steps) {
    if (violations.length > 0) break;
    await perform(world, step);
  }
  const end = violations.length > 0 ? "a rule was broken" : await finish(world);
  return { end, violations, elapsed: timeline.elapsed, requests: books.requests.length };
}
