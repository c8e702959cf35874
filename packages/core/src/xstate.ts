import {
  createActor,
  fromPromise,
  type AnyActorRef,
  type InspectionEvent,
  type PromiseActorLogic,
} from "xstate";
import { verificationChart } from "./chart/flow.js";
import { toMachine } from "./engine/to-machine.js";
import type { Engine, FlowWorkers, Task, VerificationMachine, Work } from "./host/engine.port.js";

/*
 * The flow in XState itself: for its inspection, its tools, and engines that are built on it. A page that doesn't
 * import this doesn't load XState.
 */

/**
 * The flow as an XState machine. Its four actors are placeholders: provide them, or let `createVerification` do so
 * with {@link xstateEngine}.
 */
export const verificationMachine: VerificationMachine = toMachine(verificationChart, [
  "readStatus",
  "sendCode",
  "confirmCode",
  "waitUntil",
]);

interface Flow {
  readonly workers: FlowWorkers;
  /** The tasks that are running. */
  readonly live: Set<Work>;
}

type System = AnyActorRef["system"];

/** The flow of an actor, by the system of actors that its machine has to itself. */
const flows = new WeakMap<System, Flow>();

/** A task of a flow as a promise of its result. */
const asPromise = <Input, Output>(
  begin: (workers: FlowWorkers, task: Task<Input, Output>) => Work,
): PromiseActorLogic<Output, Input> =>
  fromPromise<Output, Input>(({ input, signal, system }) => {
    const flow = flows.get(system);
    if (flow === undefined) throw new Error("This flow has no workers.");
    const { workers, live } = flow;
    return new Promise<Output>((resolve, reject) => {
      let work: Work | null = null;
      let isOver = false;
      const leave = () => {
        isOver = true;
        if (work !== null) live.delete(work);
      };
      work = begin(workers, {
        input,
        get isOver() {
          return isOver;
        },
        done: (output) => {
          leave();
          resolve(output);
        },
        fail: (error: Error) => {
          leave();
          reject(error);
        },
      });
      if (isOver) return;
      live.add(work);
      signal.addEventListener("abort", () => {
        leave();
        work.end();
      });
    });
  });

let provided: VerificationMachine | null = null;

/** One for all flows: XState builds every state again for each `provide`, which takes milliseconds. */
const providedMachine = (): VerificationMachine =>
  (provided ??= verificationMachine.provide({
    actors: {
      readStatus: asPromise((workers, task) => workers.readStatus(task)),
      sendCode: asPromise((workers, task) => workers.sendCode(task)),
      confirmCode: asPromise((workers, task) => workers.confirmCode(task)),
      waitUntil: asPromise((workers, task) => workers.waitUntil(task)),
    },
  }));

/**
 * Runs flows in XState's own actors: `createVerification({ engine: xstateEngine({ inspect }) })`. The behaviour is the
 * same as that of the default engine, which is several times lighter.
 *
 * @param options.inspect receives XState's inspection events. They carry no code, token or whole contact (B26).
 */
export const xstateEngine = ({
  inspect,
}: { readonly inspect?: ((event: InspectionEvent) => void) | undefined } = {}): Engine => ({
  createActor: (input, workers) => {
    const live = new Set<Work>();
    const actor = createActor(providedMachine(), {
      input,
      ...(inspect === undefined ? {} : { inspect }),
    });
    flows.set(actor.system, { workers, live });
    actor.subscribe({
      // XState leaves the actors of a machine that has broken running.
      error: () => {
        for (const work of live) work.end();
      },
    });
    return actor;
  },
});
