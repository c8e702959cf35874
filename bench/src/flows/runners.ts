import { bareLoop, bareOverPool, globalCall, poolCall } from "./bare-loop.js";
import type { FlowRunner } from "./people.js";

// Loaded by the contender that it belongs to: the others shall not have it in memory.
const machine = () => import("./bare-machine.js");
const core = () => import("./core-flow.js");
const runner = () => import("./headless-flow.js");

/** All that take people through the same five calls of the same sandbox. */
export const runners = {
  "bare loop, global fetch": async (url) => ({ flow: bareLoop(globalCall(url)) }),
  "bare loop, undici Pool": async (url) => bareOverPool(url),
  "bare xstate, global fetch": async (url) => ({ flow: (await machine()).bareMachine(globalCall(url)) }),
  "bare xstate, undici Pool": async (url) => {
    const { call, close } = poolCall(url);
    return { flow: (await machine()).bareMachine(call), close };
  },
  "core, global fetch": async (url) => {
    const { coreFlow, globalApi } = await core();
    return { flow: coreFlow(globalApi(url)) };
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
} as const satisfies Readonly<Record<string, (url: string) => Promise<FlowRunner>>>;

export type RunnerName = keyof typeof runners;

export const isRunnerName = (name: string | undefined): name is RunnerName =>
  name !== undefined && Object.hasOwn(runners, name);
