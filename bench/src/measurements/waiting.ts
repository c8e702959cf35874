import { startHelper } from "../harness/child.js";
import { median } from "../harness/statistics.js";
import type { WayToWait } from "../flows/waiting-flows.js";
import type { WaitingAnswer, WaitingQuestion } from "../processes/waiting.js";

/** Lets flows wait in a new process, and gives what each costs: medians of `times` processes. */
export async function costOfWaiting(way: WayToWait, flows: number, times: number): Promise<WaitingAnswer> {
  const answers: WaitingAnswer[] = [];
  for (let run = 0; run < times; run += 1) {
    const helper = startHelper<WaitingQuestion, WaitingAnswer>(
      "waiting",
      [way],
      ["--expose-gc", "--max-old-space-size=6144"],
    );
    answers.push(await helper.ask({ flows }));
    await helper.close();
  }
  return { heap: median(answers.map(({ heap }) => heap)), cpu: median(answers.map(({ cpu }) => cpu)) };
}
