import { median, ratio } from "../harness/statistics.js";
import type { RunnerName } from "../flows/runners.js";
import { atMost, number, type Findings, type Line, type Measurement } from "../report/findings.js";
import { sharesTable } from "../report/shares.js";
import { compareRunners, FLOWS_A_BLOCK, ROUNDS, type RunnerCosts } from "./compare-runners.js";

const floor: RunnerName = "bare loop, undici Pool";
const measured = [
  floor,
  "bare xstate, undici Pool",
  "core, pooled fetch",
  "headless, pooled fetch",
  "bare loop, global fetch",
  "headless, global fetch",
] as const satisfies readonly RunnerName[];

/** In proportion to the floor. */
const targets: Partial<Record<RunnerName, number>> = {
  "core, pooled fetch": 2.2,
  "headless, pooled fetch": 2.5,
};

const cpu = (cost: { readonly cpu: number }) => cost.cpu;

function line(costs: RunnerCosts, name: RunnerName, rival: RunnerName): Line {
  const [ours, theirs] = [costs.of(name, cpu), costs.of(rival, cpu)];
  const proportion = ratio(ours, theirs);
  const limit = rival === floor ? targets[name] : undefined;
  return {
    what: name,
    ours: `${number(median(ours))} µs CPU a flow`,
    rival: `${rival}: ${number(median(theirs))}`,
    ratio: proportion,
    control: rival === floor ? costs.control(cpu) : null,
    target: limit === undefined ? null : atMost(limit, proportion, " ×"),
  };
}

async function run(): Promise<Findings> {
  const profiled = ["core, pooled fetch", "headless, pooled fetch"] as const;
  const costs = await compareRunners(measured, floor, profiled);
  const others = measured.filter((name) => name !== floor);
  return {
    lines: [
      ...others.map((name) => line(costs, name, floor)),
      line(costs, "headless, global fetch", "bare loop, global fetch"),
    ],
    breakdowns: profiled.map((name) =>
      sharesTable(`Where the time of “${name}” goes`, costs.shares.get(name) ?? []),
    ),
    notes: [
      `Medians of ${ROUNDS} or more interleaved blocks of ${FLOWS_A_BLOCK} flows, 32 at a time. Each contender and the service run in their ` +
        "own processes; the figures are the client's alone. A flow is five calls: status, e-mail send and confirm, phone send and confirm.",
      "“core” is `createVerification` and `createHttpApi`, driven by a subscription; “headless” is `runVerifyContact` over them.",
    ],
  };
}

export const headlessFlows: Measurement = { name: "headless", title: "Flows over HTTP", run };
