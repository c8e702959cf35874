import { startHelper } from "../harness/child.js";
import { interleave } from "../harness/interleave.js";
import { median, ratio } from "../harness/statistics.js";
import type { SimulationAnswer, SimulationQuestion } from "../processes/simulation.js";
import { atLeast, number, type Findings, type Measurement } from "../report/findings.js";
import { sharesTable } from "../report/shares.js";

const FLOWS_A_BLOCK = 150;
const ROUNDS = 7;

async function run(): Promise<Findings> {
  const contender = (name: string, kind: string) => {
    const helper = startHelper<SimulationQuestion, SimulationAnswer>("simulation", [kind]);
    const block = async () => {
      const { cpu } = await helper.ask({ flows: FLOWS_A_BLOCK });
      // The flows per second of one core that does nothing else.
      return 1_000_000 / cpu;
    };
    return { name, block, ...helper };
  };
  const simulated = contender("simulated", "simulated");
  const floor = contender("floor", "bare");
  const again = contender("again", "bare");
  const speeds = await interleave([simulated, floor, again], { count: ROUNDS });
  const { shares } = await simulated.ask({ flows: FLOWS_A_BLOCK * 3, isProfiled: true });
  await Promise.all([simulated.close(), floor.close(), again.close()]);

  const of = (name: string) => speeds.get(name) ?? [];
  const speed = median(of("simulated"));
  const target = atLeast(600, speed, " a second");
  return {
    lines: [
      {
        what: "simulated flows for each second of CPU",
        ours: number(speed),
        rival: `five calls handed to the sandbox, nothing else: ${number(median(of("floor")))}`,
        ratio: ratio(of("simulated"), of("floor")),
        control: ratio(of("again"), of("floor")),
        target,
      },
    ],
    breakdowns: [sharesTable("Where the time of a simulated flow goes", shares)],
    notes: [
      `Medians of ${ROUNDS} interleaved blocks of ${FLOWS_A_BLOCK} flows. A simulated flow is the whole of one: machine, host, HTTP adapter, sandbox, ` +
        "store and tabs, a user with a script of faults, reloads and resends, and all rules checked after each step.",
    ],
  };
}

export const simulation: Measurement = { name: "simulation", title: "Simulated flows", run };
