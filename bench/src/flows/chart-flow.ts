import {
  defaultPolicy,
  type CallResult,
  type ConfirmInput,
  type ConfirmResult,
  type SendInput,
  type SendResult,
  type StatusInput,
  type StatusResult,
  type WaitInput,
  type WaitResult,
} from "@veristep/core";
import { inputFor } from "@veristep/core/host";
import { verificationMachine } from "@veristep/core/xstate";
import { createActor, fromPromise, type Actor } from "xstate";

/** The start, the answers to a status, two sends and two confirms, and two codes. */
export const EVENTS_OF_A_FLOW = 8;

const at = 1_800_000_000_000;

const answer = <Value>(value: Value): CallResult<Value> => ({
  startedAt: at,
  at,
  roll: 0,
  outcome: { ok: true, value },
});

const machine = verificationMachine.provide({
  actors: {
    readStatus: fromPromise<StatusResult, StatusInput>(async () =>
      answer({ isEmailVerified: false, isPhoneVerified: false, lifecycle: 50 }),
    ),
    sendCode: fromPromise<SendResult, SendInput>(async () => answer("accepted")),
    confirmCode: fromPromise<ConfirmResult, ConfirmInput>(async () => answer("confirmed")),
    waitUntil: fromPromise<WaitResult, WaitInput>(() => new Promise(() => {})),
  },
});

const contactsOf = (id: number) => ({
  email: { ref: `email-${id}`, masked: "p•••@example.com" },
  phone: { ref: `phone-${id}`, masked: "+359 •• ••• ••56" },
});

/** Starts the chart alone, without its host. It waits for the e-mail's code. */
export const startChart = (id: number): Actor<typeof verificationMachine> =>
  createActor(machine, { input: inputFor({ user: { id } }, defaultPolicy, contactsOf(id), at) }).start();

/** Takes the chart alone through a whole flow of {@link EVENTS_OF_A_FLOW} events. */
export const chartFlow = (id: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const actor = startChart(id);
    actor.subscribe({
      next: (snapshot) => {
        if (!snapshot.hasTag("needsCode") || snapshot.hasTag("sending")) return;
        actor.send({ type: "code.submitted", at, codeRef: "code" });
      },
      complete: resolve,
      error: reject,
    });
  });
