import { bareLoop, bareOverPool, globalCall, poolCall } from "./bare-loop.js";
import { inProcessApi, inProcessCall } from "./in-process.js";
import type { FlowRunner } from "./people.js";

// Each contender loads only its own code: that of the others would take memory.
const machine = () => import("./bare-machine.js");
const chart = () => import("./chart-flow.js");
const core = () => import("./core-flow.js");
const runner = () => import("./headless-flow.js");

/** All take users through the same five calls: of the same sandbox, or of a service in the same process. */
export const runners = {
  "bare loop, global fetch": async (url) => ({ flow: bareLoop(globalCall(url)) }),
  "bare loop, undici Pool": async (url) => bareOverPool(url),
  "bare xstate, undici Pool": async (url) => {
    const { call, close } = poolCall(url);
    return { flow: (await machine()).bareMachine(call), close };
  },
  "core, pooled fetch": async (url) => {
    const { api, close } = (await runner()).pooledApi(url);
    return { flow: (await core()).coreFlow(api), close };
  },
  "headless, global fetch": async (url) => ({
    flow: (await runner()).headlessFlow((await core()).globalApi(url)),
  }),
  "headless, pooled fetch": async (url) => {
    const { headlessFlow, pooledApi } = await runner();
    const { api, close } = pooledApi(url);
    return { flow: headlessFlow(api), close };
  },
  "bare xstate, in the process": async () => ({ flow: (await machine()).bareMachine(inProcessCall) }),
  "core, in the process": async () => ({ flow: (await core()).coreFlow(inProcessApi) }),
  "chart alone, in the process": async () => ({ flow: (await chart()).chartFlow }),
} as const satisfies Readonly<Record<string, (url: string) => Promise<FlowRunner>>>;

export type RunnerName = keyof typeof runners;

export const isRunnerName = (name: string | undefined): name is RunnerName =>
  name !== undefined && Object.hasOwn(runners, name);
