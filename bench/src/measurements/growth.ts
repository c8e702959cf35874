import { atMost, number, type Findings, type Line, type Measurement } from "../report/findings.js";
import { parkFlows } from "./memory.js";
import { costOfWaiting } from "./waiting.js";

const [base, ...larger] = [1_000, 10_000, 100_000] as const;

/** Most that a flow among many may cost, in proportion to one among {@link base}. */
const LIMIT = 1.2;

async function run(): Promise<Findings> {
  const first = await costOfWaiting("live", base, 3);
  const again = await costOfWaiting("live", base, 3);
  const lines: Line[] = [];
  const line = (what: string, unit: string, ours: number, rival: number, control: number | null): Line => ({
    what,
    ours: `${number(ours)} ${unit}`,
    rival: `${number(base)} flows: ${number(rival)}`,
    ratio: ours / rival,
    control,
    target: atMost(LIMIT, ours / rival, " ×"),
  });
  for (const flows of larger) {
    const many = await costOfWaiting("live", flows, 1);
    const what = `${number(flows)} live flows`;
    lines.push(
      line(`${what}: heap of each`, "bytes", many.heap, first.heap, again.heap / first.heap),
      line(`${what}: CPU until each waits`, "µs", many.cpu, first.cpu, again.cpu / first.cpu),
    );
  }
  const few = await parkFlows(larger[0]);
  const many = await parkFlows(larger[1]);
  if (few !== null && many !== null) {
    const { ratio, ...bytes } = line(
      `${number(larger[1])} parked flows: heap of each`,
      "bytes",
      many.bytes,
      few.bytes,
      null,
    );
    lines.push({ ...bytes, ratio, rival: `${number(larger[0])} flows: ${number(few.bytes)}` });
  }
  return {
    lines,
    notes: ["Each number of flows in a separate process, as far as their wait for the e-mail's code."],
  };
}

export const growth: Measurement = { name: "growth", title: "Growth", run };
