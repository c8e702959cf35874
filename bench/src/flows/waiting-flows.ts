import FlatQueue from "flatqueue";
import {
  createVerification,
  defaultPolicy,
  verificationMachine,
  type CallResult,
  type Clock,
  type ConfirmInput,
  type ConfirmResult,
  type SendInput,
  type SendResult,
  type StatusInput,
  type StatusResult,
  type VerificationApi,
  type WaitInput,
  type WaitResult,
} from "@veristep/core";
import { inputFor } from "@veristep/core/host";
import { ok } from "neverthrow";
import { createActor, fromPromise, setup } from "xstate";
import { emailOf, phoneOf } from "./people.js";

/* Flows that have been mailed a code and wait for it, in three ways. */

/** Makes one and keeps it alive. */
type Waiting = (id: number) => void;

const unused = () => {
  throw new Error("Nobody is to be called for this");
};
const api: VerificationApi = {
  status: async () => ok({ isEmailVerified: false, isPhoneNumberVerified: false, lifecycle: 150 }),
  sendEmailCode: async () => ok("accepted"),
  confirmEmail: unused,
  sendPhoneCode: unused,
  resendPhoneCode: unused,
  confirmPhone: unused,
};

/** A clock without timers: they belong to Node, and cost everybody the same. */
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

/** An XState actor that holds the same contacts in one state with one event: the least that a live actor is. */
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

/** The chart itself with as little around it as can be: what of a live flow isn't its host. */
function machineAlone(): Waiting {
  const flows: unknown[] = [];
  const at = clock.now();
  const answer = <Value>(value: Value): CallResult<Value> => ({
    startedAt: at,
    at,
    roll: 0,
    outcome: { ok: true, value },
  });
  const machine = verificationMachine.provide({
    actors: {
      readStatus: fromPromise<StatusResult, StatusInput>(async () =>
        answer({ isEmailVerified: false, isPhoneNumberVerified: false, lifecycle: 150 }),
      ),
      sendCode: fromPromise<SendResult, SendInput>(async () => answer("accepted")),
      confirmCode: fromPromise<ConfirmResult, ConfirmInput>(unused),
      waitUntil: fromPromise<WaitResult, WaitInput>(() => new Promise(() => {})),
    },
  });
  return (id) => {
    const contacts = {
      email: { ref: `email-${id}`, masked: "p•••@example.com" },
      phone: { ref: `phone-${id}`, masked: "+35•••56" },
    };
    const input = inputFor({ user: { id } }, defaultPolicy, contacts, at);
    flows.push(createActor(machine, { input }).start());
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
