import FlatQueue from "flatqueue";
import { createVerification, type Clock } from "@veristep/core";
import { createActor, setup } from "xstate";
import { startChart } from "./chart-flow.js";
import { inProcessApi as api } from "./in-process.js";
import { emailOf, phoneOf } from "./people.js";

/* Flows that have been mailed a code and wait for it, in three ways. */

/** Makes one and keeps it alive. */
type Waiting = (id: number) => void;

/** A clock without timers: they belong to Node, and cost every contender the same. */
const clock: Clock = { now: () => 1_800_000_000_000, schedule: () => () => {} };

/** Each with its machine, its host and its actors: what a screen holds. */
function live(): Waiting {
  const flows: unknown[] = [];
  return (id) => {
    const created = createVerification({ api, clock, user: { id, email: emailOf(id), phone: phoneOf(id) } });
    if (created.isErr()) throw new Error(JSON.stringify(created.error));
    created.value.start();
    flows.push(created.value);
  };
}

/** The smallest live actor: an XState actor that holds the same contacts, with one state and one event. */
function bareActor(): Waiting {
  const flows: unknown[] = [];
  const machine = setup({
    types: {
      context: {} as { email: string; phone: string }, // The way in which `setup` takes types: a value never read.
      input: {} as { email: string; phone: string },
    },
  }).createMachine({
    context: ({ input }) => input,
    initial: "waiting",
    states: { waiting: { on: { code: "done" } }, done: { type: "final" } },
  });
  return (id) => {
    flows.push(createActor(machine, { input: { email: emailOf(id), phone: phoneOf(id) } }).start());
  };
}

/** The floor: a plain record, and one queue of all deadlines. */
function plainRecord(): Waiting {
  const flows = new Map<number, object>();
  const deadlines = new FlatQueue();
  return (id) => {
    const until = clock.now() + ((id * 7_919) % 3_600_000);
    flows.set(id, { email: emailOf(id), phone: phoneOf(id), sentAt: clock.now(), until, attempts: 0 });
    deadlines.push(id, until);
  };
}

/** The chart without its host. */
function machineAlone(): Waiting {
  const flows: unknown[] = [];
  return (id) => {
    flows.push(startChart(id));
  };
}

export const waysToWait = {
  live,
  "machine alone": machineAlone,
  "bare xstate actor": bareActor,
  "plain record": plainRecord,
} as const;

export type WayToWait = keyof typeof waysToWait;

export const isWayToWait = (name: string | undefined): name is WayToWait =>
  name !== undefined && Object.hasOwn(waysToWait, name);
