import { answerQuestions } from "../harness/child.js";
import { costOf } from "../harness/cost.js";
import { liveHeap } from "../harness/heap.js";
import { isWayToWait, waysToWait } from "../flows/waiting-flows.js";

/** How many waiting flows to create. */
export interface WaitingQuestion {
  readonly flows: number;
}

/** The cost of each flow. */
export interface WaitingAnswer {
  /** Live heap, in bytes. */
  readonly heap: number;
  /** CPU time until all wait, in µs. */
  readonly cpu: number;
}

/* Measures waiting flows in a separate process: `waiting.js live`, with --expose-gc. */

const way = process.argv[2];
if (!isWayToWait(way)) throw new Error(`There is no way to wait called "${way}"`);

/** Flows to run before measuring, so that neither compiled code nor compile time counts towards a flow. */
const WARM_UP = 2_000;

/** How many flows begin before their answers may arrive. */
const AT_ONCE = 500;

const make = async (flows: number): Promise<unknown> => {
  const one = waysToWait[way]();
  for (let id = 1; id <= flows; id += 1) {
    one(id);
    if (id % AT_ONCE === 0) await new Promise(setImmediate);
  }
  await new Promise(setImmediate);
  return one;
};

answerQuestions<WaitingQuestion, WaitingAnswer>(async ({ flows }) => {
  await make(WARM_UP);
  const before = await liveHeap();
  let kept: unknown = null;
  const { cpu } = await costOf(flows, async () => {
    kept = await make(flows);
  });
  const heap = ((await liveHeap()) - before) / flows;
  if (kept === null) throw new Error("They must be alive while they are counted");
  return { heap, cpu };
});
