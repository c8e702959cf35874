import type { Result } from "neverthrow";
import { fromPromise, type AnyActorRef } from "xstate";
import type { Clock, RandomSource } from "../clock.port.js";
import { refusesCode, type ApiFailure } from "../failures.js";
import type {
  CallResult,
  ConfirmInput,
  ConfirmResult,
  SendInput,
  SendResult,
  StatusInput,
  StatusResult,
  WaitInput,
  WaitResult,
} from "../chart/actors.js";
import { verificationMachine } from "../chart/flow.js";
import type { ApiAnswer, VerificationApi } from "../verification-api.port.js";
import type { Keeper } from "./keeper.js";
import { confirmWithCode, requestCode, stamped } from "./requests.js";
import type { SecretSlot } from "./secret-slot.js";
import type { Waits } from "./waits.js";

/** What the machine's actors need of the process that they run in. */
export interface CallPorts {
  readonly api: VerificationApi;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly codes: SecretSlot;
  readonly contacts: SecretSlot;
  readonly waits: Waits;
  /** What is kept beyond this process, where something is. */
  readonly keeper: Keeper | null;
  /** Aborts when the flow has ended, in whichever way. */
  readonly ending: AbortSignal;
  /** Told of what the API threw, or the store at the start: a defect, as their methods give values. */
  readonly onDefect: (error: unknown) => void;
  /** Told of each code that the service refused, so that it isn't sent again (B10). */
  readonly onRefusedCode: (code: string) => void;
}

/** What the actors of one flow do. */
export interface FlowCalls {
  readStatus(input: StatusInput, signal: AbortSignal): Promise<StatusResult>;
  sendCode(input: SendInput, signal: AbortSignal): Promise<SendResult>;
  confirmCode(input: ConfirmInput, signal: AbortSignal): Promise<ConfirmResult>;
  waitUntil(input: WaitInput, signal: AbortSignal): Promise<WaitResult>;
}

/** The calls of a flow over a real API and a real clock. */
export function createCalls(ports: CallPorts): FlowCalls {
  const { api, clock, random, keeper, ending } = ports;

  const told = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      ports.onDefect(error);
      throw error;
    }
  };
  const settled = <T>(call: () => ApiAnswer<T>): Promise<CallResult<T>> =>
    told(() => stamped({ now: () => clock.now(), random }, call));

  /** A call that ends with its flow as well: XState leaves the actors of a machine that has broken running. */
  const owned =
    <Input, Output>(call: (input: Input, signal: AbortSignal) => Promise<Output>) =>
    (input: Input, signal: AbortSignal): Promise<Output> => {
      const own = new AbortController();
      const abort = () => {
        own.abort();
      };
      const leave = () => {
        ending.removeEventListener("abort", abort);
      };
      signal.addEventListener("abort", abort);
      // A call that was aborted may never settle.
      ending.addEventListener("abort", abort, { signal });
      const done = call(input, own.signal);
      done.then(leave, leave);
      return done;
    };

  /** A request that changes something: with its record before and after it. */
  const recorded = <T>(
    kind: "send" | "confirm",
    signal: AbortSignal,
    call: () => ApiAnswer<T>,
  ): Promise<CallResult<T>> =>
    keeper === null ? settled(call) : keeper.operation(kind, signal, () => settled(call));

  const send = (input: SendInput, signal: AbortSignal): ApiAnswer<"accepted"> =>
    requestCode(api, input, ports.contacts.get(input.contactRef), signal);

  const confirm = async (
    input: ConfirmInput,
    signal: AbortSignal,
  ): Promise<Result<"confirmed", ApiFailure>> => {
    const code = ports.codes.get(input.codeRef);
    const contact = ports.contacts.get(input.contactRef);
    const confirmed = await confirmWithCode(api, input, code, contact, signal);
    // A late answer to a superseded code says nothing of the newer one.
    if (confirmed.isErr() && refusesCode(confirmed.error) && code !== undefined && !signal.aborted)
      ports.onRefusedCode(code);
    return confirmed;
  };

  let restored: Promise<void> | null = null;

  return {
    // No flow goes further than its first read before it knows what it did before.
    readStatus: owned(async (input, signal) => {
      if (keeper !== null) await told(() => (restored ??= keeper.restore()));
      // Stopped meanwhile: nobody waits for the answer, so it is not asked for (B14).
      if (signal.aborted) return new Promise(() => {});
      return settled(() => api.status({ ...input, signal }));
    }),
    sendCode: owned((input, signal) => recorded("send", signal, () => send(input, signal))),
    confirmCode: owned((input, signal) => recorded("confirm", signal, () => confirm(input, signal))),
    waitUntil: owned((input, signal) => ports.waits.until(input, signal)),
  };
}

type AnyActorSystem = AnyActorRef["system"];

/** Which flow an actor belongs to, by the system of actors that its machine has to itself. */
const flows = new WeakMap<AnyActorSystem, FlowCalls>();

const callsOf = (system: AnyActorSystem): FlowCalls => {
  const calls = flows.get(system);
  if (calls === undefined) throw new Error("This flow was not given its calls.");
  return calls;
};

/** Says what the actors of this system do. Before it starts. */
export const giveCalls = (system: AnyActorSystem, calls: FlowCalls): void => {
  flows.set(system, calls);
};

let hosted: typeof verificationMachine | null = null;

/**
 * The machine with actors for this process. One for all flows: XState builds every state of the chart anew for
 * each `provide`, which takes milliseconds.
 */
export const hostedMachine = (): typeof verificationMachine =>
  (hosted ??= verificationMachine.provide({
    actors: {
      readStatus: fromPromise<StatusResult, StatusInput>(({ input, signal, system }) =>
        callsOf(system).readStatus(input, signal),
      ),
      sendCode: fromPromise<SendResult, SendInput>(({ input, signal, system }) =>
        callsOf(system).sendCode(input, signal),
      ),
      confirmCode: fromPromise<ConfirmResult, ConfirmInput>(({ input, signal, system }) =>
        callsOf(system).confirmCode(input, signal),
      ),
      waitUntil: fromPromise<WaitResult, WaitInput>(({ input, signal, system }) =>
        callsOf(system).waitUntil(input, signal),
      ),
    },
  }));
