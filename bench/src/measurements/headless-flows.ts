import { startHelper } from "../harness/child.js";
import type { Cost } from "../harness/cpu.js";
import { interleave } from "../harness/interleave.js";
import { median, ratio } from "../harness/statistics.js";
import type { FlowsAnswer, FlowsQuestion, SandboxAnswer, SandboxQuestion } from "../flows/people.js";
import type { RunnerName } from "../flows/runners.js";
import {
  atLeast,
  atMost,
  number,
  type Breakdown,
  type Findings,
  type Line,
  type Measurement,
} from "../report/findings.js";
import { sharesTable } from "../report/shares.js";

const FLOWS_A_BLOCK = 150;
const ROUNDS = 7;

const floor: RunnerName = "bare loop, global fetch";
const measured: readonly RunnerName[] = [
  floor,
  "bare loop, undici Pool",
  "bare xstate, global fetch",
  "bare xstate, undici Pool",
  "core, global fetch",
  "core, pooled fetch",
  "headless, global fetch",
  "headless, pooled fetch",
];
const AGAIN = "again";

const flowsASecond = ({ wall }: Cost): number => 1_000_000 / wall;
const cpu = (cost: Cost): number => cost.cpu;

const targets: Partial<Record<RunnerName, { flows?: number; cpu?: number }>> = {
  "headless, pooled fetch": { flows: 2, cpu: 0.45 },
  "headless, global fetch": { flows: 0.85 },
};

async function run(): Promise<Findings> {
  const sandbox = startHelper<SandboxQuestion, SandboxAnswer>("sandbox");
  let nextId = 1;
  const contender = (name: string, runner: RunnerName) => {
    const helper = startHelper<FlowsQuestion, FlowsAnswer>("flows", [runner]);
    const block = async (isProfiled = false) => {
      const people = { first: nextId, count: FLOWS_A_BLOCK };
      nextId += FLOWS_A_BLOCK;
      const { url } = await sandbox.ask(people);
      return helper.ask({ ...people, url, isProfiled });
    };
    return { name, block, close: helper.close };
  };
  const contenders = [...measured.map((name) => contender(name, name)), contender(AGAIN, floor)];
  const costs = await interleave(
    contenders.map(({ name, block }) => ({ name, block: () => block() })),
    ROUNDS,
  );
  const breakdowns: Breakdown[] = [];
  for (const { name, block } of contenders) {
    if (!name.startsWith("headless")) continue;
    const { shares } = await block(true);
    breakdowns.push(sharesTable(`Where the time of “${name}” goes`, shares));
  }
  await Promise.all([sandbox.close(), ...contenders.map(({ close }) => close())]);

  const of = (name: string, figure: (cost: Cost) => number) => (costs.get(name) ?? []).map(figure);
  const line = (name: RunnerName, rival: RunnerName, kind: "flows" | "cpu"): Line => {
    const [figure, unit] = kind === "flows" ? [flowsASecond, " flows a second"] : [cpu, " µs CPU a flow"];
    const proportion = ratio(of(name, figure), of(rival, figure));
    const limit = rival === floor ? targets[name]?.[kind] : undefined;
    const judge = kind === "flows" ? atLeast : atMost;
    return {
      what: name,
      ours: `${number(median(of(name, figure)))}${unit}`,
      rival: `${rival}: ${number(median(of(rival, figure)))}`,
      ratio: proportion,
      control: rival === floor ? ratio(of(AGAIN, figure), of(floor, figure)) : null,
      target: limit === undefined ? null : judge(limit, proportion, " ×"),
    };
  };
  const others = measured.filter((name) => name !== floor);
  return {
    lines: [
      ...others.flatMap((name) => [line(name, floor, "flows"), line(name, floor, "cpu")]),
      line("headless, pooled fetch", "bare loop, undici Pool", "cpu"),
      line("headless, pooled fetch", "bare xstate, undici Pool", "cpu"),
      line("headless, global fetch", "bare xstate, global fetch", "cpu"),
    ],
    breakdowns,
    notes: [
      "Where a target is missed, the profiles say what takes the time: the transitions of the chart, which a bare loop has none of. " +
        "A pooled transport can only save what “node” and “undici” take.",
      `Medians of ${ROUNDS} interleaved blocks of ${FLOWS_A_BLOCK} flows, 32 at a time. Each contender and the service are processes of their own; ` +
        "CPU time is the client's alone. A flow is five calls: status, e-mail send and confirm, phone send and confirm.",
      "“core” is `createVerification` and `createHttpApi`, driven by a subscription; “headless” is `runVerifyContact` over them.",
    ],
  };
}

export const headlessFlows: Measurement = { name: "headless", title: "Headless flows over HTTP", run };
