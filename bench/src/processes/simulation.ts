import { createSandbox } from "@veristep/sandbox";
import { playShare } from "@veristep/simulation/dist/campaign/campaign.js";
import { bareLoop, type Call } from "../flows/bare-loop.js";
import { CODE, emailOf, runAll } from "../flows/people.js";
import { answerQuestions } from "../harness/child.js";
import { costOf, type Cost } from "../harness/cost.js";
import { profile, type Shares } from "../harness/profile.js";

export interface SimulationQuestion {
  readonly flows: number;
  /** Whether to watch where the time goes, which costs time. */
  readonly isProfiled?: boolean;
}

export interface SimulationAnswer extends Cost {
  readonly shares: Shares;
}

/* Flows in one process: `simulation.js simulated` plays a campaign, `simulation.js bare` calls the sandbox alone. */

const CODE_BYTES = 3;
let [first, share] = [1, 0];

/** The floor: the five calls of a flow, handed to the sandbox itself. No rule is checked, nothing goes wrong. */
async function bare(flows: number): Promise<Cost> {
  const sandbox = createSandbox({
    random: (length) =>
      length === CODE_BYTES ? new Uint8Array(length) : crypto.getRandomValues(new Uint8Array(length)),
  });
  for (let id = first; id < first + flows; id += 1) sandbox.addUser({ id, email: emailOf(id) });
  const call: Call = async (path, body) => {
    const response = await sandbox.fetch(`http://localhost${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: "Bearer any", "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} (${CODE})`);
    return response.text();
  };
  const cost = await costOf(flows, () => runAll({ first, count: flows }, bareLoop(call)));
  first += flows;
  return cost;
}

async function simulated(flows: number): Promise<Cost> {
  share += 1;
  return costOf(flows, async () => {
    const { failed } = await playShare({ seed: share, first: 0, stride: 1, runs: flows });
    if (failed.length > 0) throw new Error(`A rule was broken: seed ${share}, flow ${failed[0]?.index}`);
  });
}

const kind = process.argv[2] === "bare" ? bare : simulated;
// As the simulation's own workers do: stacks of simulated errors are never printed.
Error.stackTraceLimit = 0;
answerQuestions<SimulationQuestion, SimulationAnswer>(async ({ flows, isProfiled = false }) => {
  let cost: Cost = { wall: 0, cpu: 0, allocated: 0 };
  const work = async () => {
    cost = await kind(flows);
  };
  const shares = isProfiled ? await profile(work) : [];
  if (!isProfiled) await work();
  return { ...cost, shares };
});
