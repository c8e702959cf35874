import { fileURLToPath } from "node:url";
import { output, startHelper } from "../harness/child.js";
import type { FlowsAnswer, FlowsQuestion, SandboxAnswer, SandboxQuestion } from "../flows/people.js";
import { atMost, number, type Findings, type Line, type Measurement } from "../report/findings.js";
import { costOfWaiting } from "./waiting.js";

const LIVE_FLOWS = 10_000;
const HEADLESS_FLOWS = 4_000;
const PARKED_FLOWS = 100_000;

const parkedScript = fileURLToPath(
  new URL("../../../packages/adapters/headless/scripts/waiting-flows.js", import.meta.url),
);

/** The cost of flows that are parked until their code comes. */
export interface ParkedFlows {
  readonly seconds: number;
  /** Heap of each, with its row. */
  readonly bytes: number;
  /** The largest size of the process. */
  readonly megabytes: number;
}

/** Runs the script of `@veristep/headless` that parks flows. @returns its figures; null where it prints others. */
export async function parkFlows(flows: number): Promise<ParkedFlows | null> {
  // As `veristep batch` runs.
  const options = ["--expose-gc", "--heap-growing-percent=40"];
  const { text } = await output(parkedScript, [String(flows)], options);
  const figure = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  const figures = {
    seconds: figure(/parked in ([\d.]+) s/),
    bytes: figure(/(\d+) bytes each/),
    megabytes: figure(/at most (\d+) MB/),
  };
  return Object.values(figures).some(Number.isNaN) ? null : figures;
}

/** Runs flows over HTTP, 32 at a time. @returns the largest size of the client's process, in bytes. */
async function peakOf(count: number): Promise<number> {
  const sandbox = startHelper<SandboxQuestion, SandboxAnswer>("sandbox");
  const helper = startHelper<FlowsQuestion, FlowsAnswer>("flows", ["headless, pooled fetch"]);
  const people = { first: 1, count };
  const { url } = await sandbox.ask(people);
  const { peak } = await helper.ask({ ...people, url, profile: "none" });
  await Promise.all([helper.close(), sandbox.close()]);
  return peak;
}

const MiB = (value: number) => `${number(value / 2 ** 20)} MiB`;
const bytes = (value: number) => `${number(value)} bytes`;

async function run(): Promise<Findings> {
  const live = await costOfWaiting("live", LIVE_FLOWS, 1);
  const machine = await costOfWaiting("machine alone", LIVE_FLOWS, 1);
  const bare = await costOfWaiting("bare xstate actor", LIVE_FLOWS, 1);
  const again = await costOfWaiting("bare xstate actor", LIVE_FLOWS, 1);
  const plain = await costOfWaiting("plain record", LIVE_FLOWS, 1);
  const plainAgain = await costOfWaiting("plain record", LIVE_FLOWS, 1);
  const parked = await parkFlows(PARKED_FLOWS);
  const peak = await peakOf(HEADLESS_FLOWS);
  const lines: Line[] = [
    {
      what: "heap of a live flow that waits for a code",
      ours: bytes(live.heap),
      rival: `bare xstate actor: ${bytes(bare.heap)}`,
      ratio: live.heap / bare.heap,
      control: again.heap / bare.heap,
      target: atMost(3_000, live.heap, " bytes"),
    },
    {
      what: `${number(HEADLESS_FLOWS)} headless flows over HTTP: largest size of the process`,
      ours: MiB(peak),
      rival: null,
      ratio: null,
      control: null,
      target: atMost(123, peak / 2 ** 20, " MiB"),
    },
  ];
  const breakdowns = [
    {
      title: "What a live flow is made of",
      columns: ["part", "heap"],
      rows: [
        ["an XState actor of one state", bytes(bare.heap)],
        [
          "more for the chart: its context, its three regions, the actor that waits",
          bytes(machine.heap - bare.heap),
        ],
        ["more for its host: commands, ports, the promise of the result", bytes(live.heap - machine.heap)],
      ],
    },
  ];
  const notes = [
    `Live flows: ${number(LIVE_FLOWS)} in a separate process, after a collection; a machine, its host and its actors each. ` +
      "The bare actor has one state and one event, the plain record is a map and one queue of deadlines.",
  ];
  if (parked === null)
    notes.push("**Not measured**: parked flows; the script that parks them gave no figures.");
  else {
    const plainFigure = (what: string, ours: string, target: Line["target"]): Line => ({
      what: `${number(PARKED_FLOWS)} parked flows: ${what}`,
      ours,
      rival: null,
      ratio: null,
      control: null,
      target,
    });
    lines.push(
      {
        what: "a parked flow, with its row",
        ours: bytes(parked.bytes),
        rival: `plain record and one deadline queue: ${bytes(plain.heap)}`,
        ratio: parked.bytes / plain.heap,
        control: plainAgain.heap / plain.heap,
        target: null,
      },
      plainFigure(
        "largest size of the process",
        `${number(parked.megabytes)} MB`,
        atMost(600, parked.megabytes, " MB"),
      ),
      plainFigure("time until all are parked", `${number(parked.seconds)} s`, null),
    );
    notes.push(
      "Parked flows: `packages/adapters/headless/scripts/waiting-flows.js`. The rows of the input are counted in the size of the process.",
    );
  }
  return { lines, breakdowns, notes };
}

export const memory: Measurement = { name: "memory", title: "Flows that wait", run };
