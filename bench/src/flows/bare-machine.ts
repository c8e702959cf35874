import { createActor, fromPromise, setup, toPromise } from "xstate";
import { callsOf, type Call } from "./bare-loop.js";

/** The smallest XState machine that makes the same five calls: no guard, no timer, no failure. */
export function bareMachine(call: Call): (id: number) => Promise<void> {
  const step = (name: keyof ReturnType<typeof callsOf>) =>
    fromPromise<unknown, number>(({ input }) => callsOf(call, input)[name]());
  const machine = setup({
    types: {
      context: {} as { id: number }, // The way in which `setup` takes types: a value that is never read.
      input: {} as { id: number },
    },
    actors: {
      status: step("status"),
      sendEmail: step("sendEmail"),
      confirmEmail: step("confirmEmail"),
      sendPhone: step("sendPhone"),
      confirmPhone: step("confirmPhone"),
    },
  }).createMachine({
    context: ({ input }) => ({ id: input.id }),
    initial: "status",
    states: {
      status: { invoke: { src: "status", input: ({ context }) => context.id, onDone: "sendEmail" } },
      sendEmail: { invoke: { src: "sendEmail", input: ({ context }) => context.id, onDone: "confirmEmail" } },
      confirmEmail: {
        invoke: { src: "confirmEmail", input: ({ context }) => context.id, onDone: "sendPhone" },
      },
      sendPhone: { invoke: { src: "sendPhone", input: ({ context }) => context.id, onDone: "confirmPhone" } },
      confirmPhone: { invoke: { src: "confirmPhone", input: ({ context }) => context.id, onDone: "done" } },
      done: { type: "final" },
    },
  });
  return async (id) => {
    const actor = createActor(machine, { input: { id } });
    const done = toPromise(actor);
    actor.start();
    await done;
  };
}
