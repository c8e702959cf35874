import { startHelper } from "../harness/child.js";
import type { Shares } from "../harness/profile.js";
import { median } from "../harness/statistics.js";
import type { FlowsAnswer, FlowsQuestion, SandboxAnswer, SandboxQuestion } from "../flows/people.js";
import type { RunnerName } from "../flows/runners.js";
import { atMost, number, type Findings, type Measurement } from "../report/findings.js";
import { sharesTable } from "../report/shares.js";

const FLOWS_A_BLOCK = 300;
/** The first block also compiles. */
const BLOCKS = 3;

/** Bytes that one flow of a runner allocates, and where. */
export interface Allocated {
  readonly bytes: number;
  /** Empty where it wasn't asked for. */
  readonly shares: Shares;
}

/**
 * Measures what a flow over HTTP allocates: the same in every run, to about 1 %, even on a busy machine. Nothing is
 * timed.
 *
 * @param profiled names the runners whose allocations are looked at by place, in one block more.
 */
export async function measureAllocations(
  names: readonly RunnerName[],
  profiled: readonly RunnerName[] = [],
): Promise<ReadonlyMap<RunnerName, Allocated>> {
  const sandbox = startHelper<SandboxQuestion, SandboxAnswer>("sandbox");
  const results = new Map<RunnerName, Allocated>();
  let first = 1;
  for (const name of names) {
    const helper = startHelper<FlowsQuestion, FlowsAnswer>("flows", [name]);
    const block = async (profile: FlowsQuestion["profile"]) => {
      const people = { first, count: FLOWS_A_BLOCK };
      first += FLOWS_A_BLOCK;
      const { url } = await sandbox.ask(people);
      return helper.ask({ ...people, url, profile });
    };
    const bytes: number[] = [];
    for (let at = 0; at < BLOCKS; at += 1) bytes.push((await block("none")).allocated);
    const shares = profiled.includes(name) ? (await block("allocations")).shares : [];
    results.set(name, { bytes: median(bytes.slice(1)), shares });
    await helper.close();
  }
  await sandbox.close();
  return results;
}

const floor: RunnerName = "bare loop, undici Pool";

const targets: Partial<Record<RunnerName, number>> = {
  "core, pooled fetch": 130,
  "headless, pooled fetch": 195,
};

async function run(): Promise<Findings> {
  const ours = ["core, pooled fetch", "headless, pooled fetch"] as const;
  const results = await measureAllocations([floor, "bare xstate, undici Pool", ...ours], ours);
  const kB = (name: RunnerName) => (results.get(name)?.bytes ?? Number.NaN) / 1_000;
  return {
    lines: [...results.keys()]
      .filter((name) => name !== floor)
      .map((name) => {
        const limit = targets[name];
        return {
          what: name,
          ours: `${number(kB(name))} kB allocated a flow`,
          rival: `${floor}: ${number(kB(floor))}`,
          ratio: kB(name) / kB(floor),
          control: null,
          target: limit === undefined ? null : atMost(limit, kB(name), " kB"),
        };
      }),
    breakdowns: ours.map((name) =>
      sharesTable(`Where “${name}” allocates`, results.get(name)?.shares ?? [], "share of the bytes"),
    ),
    notes: [
      `Medians of ${BLOCKS - 1} blocks of ${FLOWS_A_BLOCK} flows, 32 at a time, after one that warms up. These figures are the same in ` +
        "every run, to about 1 %: `npm run check:allocations`, a part of `npm run verify`, holds them.",
    ],
  };
}

export const allocations: Measurement = {
  name: "allocations",
  title: "What a flow over HTTP allocates",
  run,
};
