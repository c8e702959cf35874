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

const figures = {
  cpu: { of: ({ cpu }: { readonly cpu: number }) => cpu, unit: "µs CPU a flow" },
  allocated: {
    of: ({ allocated }: { readonly allocated: number }) => allocated / 1_000,
    unit: "kB allocated a flow",
  },
} as const;

/** Reached by a prototype; in proportion to the floor for CPU, in kB for what is allocated. */
const targets: Partial<Record<RunnerName, { readonly cpu: number; readonly allocated: number }>> = {
  "core, pooled fetch": { cpu: 2.3, allocated: 124 },
  "headless, pooled fetch": { cpu: 3, allocated: 188 },
};

function line(costs: RunnerCosts, name: RunnerName, rival: RunnerName, kind: keyof typeof figures): Line {
  const { of, unit } = figures[kind];
  const [ours, theirs] = [costs.of(name, of), costs.of(rival, of)];
  const [value, proportion] = [median(ours), ratio(ours, theirs)];
  const limit = rival === floor ? targets[name]?.[kind] : undefined;
  const judge = () =>
    kind === "cpu" ? atMost(limit ?? 0, proportion, " ×") : atMost(limit ?? 0, value, " kB");
  return {
    what: name,
    ours: `${number(value)} ${unit}`,
    rival: `${rival}: ${number(median(theirs))}`,
    ratio: proportion,
    control: rival === floor ? costs.control(of) : null,
    target: limit === undefined ? null : judge(),
  };
}

async function run(): Promise<Findings> {
  const profiled = ["core, pooled fetch", "headless, pooled fetch"] as const;
  const costs = await compareRunners(measured, floor, profiled);
  const others = measured.filter((name) => name !== floor);
  return {
    lines: [
      ...others.map((name) => line(costs, name, floor, "cpu")),
      line(costs, "headless, global fetch", "bare loop, global fetch", "cpu"),
      ...others.map((name) => line(costs, name, floor, "allocated")),
    ],
    breakdowns: profiled.map((name) =>
      sharesTable(`Where the time of “${name}” goes`, costs.shares.get(name) ?? []),
    ),
    notes: [
      `Medians of ${ROUNDS} or more interleaved blocks of ${FLOWS_A_BLOCK} flows, 32 at a time. Each contender and the service run in their ` +
        "own processes; the figures are the client's alone. A flow is five calls: status, e-mail send and confirm, phone send and confirm.",
      "What is allocated is the same in every run, to about 1 %: `npm run check:allocations`, a part of `npm run verify`, holds it.",
      "“core” is `createVerification` and `createHttpApi`, driven by a subscription; “headless” is `runVerifyContact` over them.",
    ],
  };
}

export const headlessFlows: Measurement = { name: "headless", title: "Flows over HTTP", run };
