import { answerQuestions } from "../harness/child.js";
import { costOf, type Cost } from "../harness/cost.js";
import { profile, profileAllocations, type Shares } from "../harness/profile.js";
import { runAll, type FlowRunner, type FlowsAnswer, type FlowsQuestion } from "../flows/people.js";
import { isRunnerName, runners } from "../flows/runners.js";

/* Runs one contender in a separate process: `flows.js "bare loop, global fetch"`. */

const name = process.argv[2];
if (!isRunnerName(name)) throw new Error(`There is no runner "${name}"`);
let runner: FlowRunner | null = null;

answerQuestions<FlowsQuestion, FlowsAnswer>(async (question) => {
  runner ??= await runners[name](question.url);
  const { flow } = runner;
  let cost: Cost = { wall: 0, cpu: 0, allocated: 0 };
  const work = async () => {
    cost = await costOf(question.count, () => runAll(question, flow));
  };
  const watched = { time: profile, allocations: profileAllocations };
  let shares: Shares = [];
  if (question.profile === "none") await work();
  else shares = await watched[question.profile](work);
  return { ...cost, shares, peak: process.resourceUsage().maxRSS * 1_024 };
});
