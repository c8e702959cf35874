import { startHelper } from "../harness/child.js";
import type { Cost } from "../harness/cost.js";
import { interleave } from "../harness/interleave.js";
import type { Shares } from "../harness/profile.js";
import { isSteady, ratio } from "../harness/statistics.js";
import type { FlowsAnswer, FlowsQuestion, SandboxAnswer, SandboxQuestion } from "../flows/people.js";
import type { RunnerName } from "../flows/runners.js";

/** Below that, what is compiled and collected at the time decides a ratio. */
export const FLOWS_A_BLOCK = 300;
/** A bare loop is slow until it is compiled, which takes about a thousand flows. */
const WARM_UP = 4;
export const ROUNDS = 7;
const MOST_ROUNDS = 21;
const AGAIN = "again";

/** The costs of runners that did the same flows in turn. */
export interface RunnerCosts {
  /** One figure for each round. */
  readonly of: (name: RunnerName, figure: (cost: Cost) => number) => readonly number[];
  /** The floor in proportion to itself. */
  readonly control: (figure: (cost: Cost) => number) => number;
  readonly shares: ReadonlyMap<string, Shares>;
}

/**
 * Lets runners do blocks of {@link FLOWS_A_BLOCK} flows in turn, each in its own process, over HTTP with the sandbox in
 * another one. Rounds are added, up to {@link MOST_ROUNDS}, until the control of the CPU time is within 0.9–1.1.
 *
 * @param floor one of them: it takes part twice, for the control.
 * @param profiled those that are profiled afterwards.
 */
export async function compareRunners(
  names: readonly RunnerName[],
  floor: RunnerName,
  profiled: readonly RunnerName[] = [],
): Promise<RunnerCosts> {
  const sandbox = startHelper<SandboxQuestion, SandboxAnswer>("sandbox");
  let nextId = 1;
  const contender = (name: string, runner: RunnerName) => {
    const helper = startHelper<FlowsQuestion, FlowsAnswer>("flows", [runner]);
    const block = async (profile: FlowsQuestion["profile"] = "none") => {
      const people = { first: nextId, count: FLOWS_A_BLOCK };
      nextId += FLOWS_A_BLOCK;
      const { url } = await sandbox.ask(people);
      return helper.ask({ ...people, url, profile });
    };
    return { name, block, close: helper.close };
  };
  const contenders = [...names.map((name) => contender(name, name)), contender(AGAIN, floor)];
  const controlOf = (all: ReadonlyMap<string, readonly Cost[]>, figure: (cost: Cost) => number) =>
    ratio((all.get(AGAIN) ?? []).map(figure), (all.get(floor) ?? []).map(figure));
  const costs = await interleave(
    contenders.map(({ name, block }) => ({ name, block: () => block() })),
    { warmUp: WARM_UP, count: ROUNDS, most: MOST_ROUNDS },
    (all) => isSteady(controlOf(all, ({ cpu }) => cpu)),
  );
  const shares = new Map<string, Shares>();
  for (const { name, block } of contenders) {
    if (profiled.some((one) => one === name)) shares.set(name, (await block("time")).shares);
  }
  await Promise.all([sandbox.close(), ...contenders.map(({ close }) => close())]);
  return {
    of: (name, figure) => (costs.get(name) ?? []).map(figure),
    control: (figure) => controlOf(costs, figure),
    shares,
  };
}
