import { startHelper } from "./harness/child.js";
import { median } from "./harness/statistics.js";
import type { FlowsAnswer, FlowsQuestion, SandboxAnswer, SandboxQuestion } from "./flows/people.js";
import { judge, limits } from "./report/allocations.js";

/*
 * Checks what a flow over HTTP allocates: a figure that is the same on a busy machine, so a gate can hold it. Nothing is
 * timed.
 */

const FLOWS_A_BLOCK = 300;
/** The first block also compiles. */
const BLOCKS = 3;

const sandbox = startHelper<SandboxQuestion, SandboxAnswer>("sandbox");
let first = 1;
for (const [name, limit] of Object.entries(limits)) {
  const helper = startHelper<FlowsQuestion, FlowsAnswer>("flows", [name]);
  const allocated: number[] = [];
  for (let block = 0; block < BLOCKS; block += 1) {
    const people = { first, count: FLOWS_A_BLOCK };
    first += FLOWS_A_BLOCK;
    const { url } = await sandbox.ask(people);
    allocated.push((await helper.ask({ ...people, url, isProfiled: false })).allocated / 1_000);
  }
  await helper.close();
  const { line, passed } = judge(name, median(allocated.slice(1)), limit);
  process.stdout.write(`${line}\n`);
  if (!passed) process.exitCode = 1;
}
await sandbox.close();
