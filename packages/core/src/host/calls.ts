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
import type { Clock, RandomSource } from "../clock.port.js";
import { refusesCode } from "../failures.js";
import type { ApiAnswer, VerificationApi } from "../verification-api.port.js";
import type { FlowWorkers, Task, Work } from "./engine.port.js";
import type { Keeper } from "./keeper.js";
import { confirmWithCode, requestCode, stamped } from "./requests.js";
import type { SecretSlot } from "./secret-slot.js";
import { Wait } from "./waits.js";

/** The parts of the process that the calls of a flow use. */
export interface CallPorts {
  readonly api: VerificationApi;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly codes: SecretSlot;
  readonly contacts: SecretSlot;
  /** Stores the record; null where the flow is kept in memory only. */
  readonly keeper: Keeper | null;
  /** Receives what the API threw, or the store at the start: a defect, because their methods return values. */
  readonly onDefect: (error: unknown) => void;
  /** Receives each code that the service refused, so that it isn't sent again (B10). */
  readonly onRefusedCode: (code: string) => void;
}

/** Keeps the signal of a request that has ended without an abort, for the next one: signals are heavy. */
class SpareController {
  #kept: AbortController | null = null;

  take(): AbortController {
    const taken = this.#kept ?? new AbortController();
    this.#kept = null;
    return taken;
  }

  give(controller: AbortController): void {
    this.#kept = controller;
  }
}

/** A request that is under way. It has a signal from when that is first read. */
class Request implements Work {
  readonly #spare: SpareController;
  #controller: AbortController | null = null;
  #isOver = false;

  constructor(spare: SpareController) {
    this.#spare = spare;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#spare.take();
    if (this.#isOver) this.#controller.abort();
    return this.#controller.signal;
  }

  end(): void {
    this.#isOver = true;
    this.#controller?.abort();
  }

  /** Parts from the signal, which nothing will abort any more on behalf of this request. */
  settle(): void {
    if (this.#controller !== null && !this.#isOver) this.#spare.give(this.#controller);
    this.#controller = null;
  }
}

/** Does what a flow's chart asks for, over a real API and a real clock. */
export class FlowCalls implements FlowWorkers {
  readonly #ports: CallPorts;
  /** Waits that are under way. */
  readonly #waits = new Set<Wait>();
  readonly #spare = new SpareController();
  #restored: Promise<void> | null = null;

  constructor(ports: CallPorts) {
    this.#ports = ports;
  }

  /** Looks at the wall clock again for each wait: after a sleep, timers are late. */
  checkWaits(): void {
    for (const wait of this.#waits) wait.check();
  }

  readStatus(task: Task<StatusInput, StatusResult>): Work {
    const { api, keeper, onDefect } = this.#ports;
    const request = new Request(this.#spare);
    const read = () => this.#call(() => api.status({ ...task.input, signal: request.signal }));
    if (keeper === null) {
      void report(task, read(), request);
      return request;
    }
    // No flow goes further than its first read before it knows what it did before.
    const restored = (this.#restored ??= keeper.restore().catch((error: unknown) => {
      onDefect(error);
      throw error;
    }));
    void report(
      task,
      // Stopped in between: nothing waits for the answer, so the service isn't asked (B14).
      restored.then(() => (task.isOver ? neverSettles<StatusResult>() : read())),
    );
    return request;
  }

  sendCode(task: Task<SendInput, SendResult>): Work {
    const { api, contacts } = this.#ports;
    const { input } = task;
    return this.#recorded("send", task, (request) =>
      requestCode(api, input, contacts.get(input.contactRef), request.signal),
    );
  }

  confirmCode(task: Task<ConfirmInput, ConfirmResult>): Work {
    const { api, codes, contacts, onRefusedCode } = this.#ports;
    const { input } = task;
    return this.#recorded("confirm", task, async (request) => {
      const code = codes.get(input.codeRef);
      const contact = contacts.get(input.contactRef);
      const confirmed = await confirmWithCode(api, input, code, contact, request.signal);
      // A late answer to a superseded code says nothing of the newer one.
      if (confirmed.isErr() && refusesCode(confirmed.error) && code !== undefined && !task.isOver)
        onRefusedCode(code);
      return confirmed;
    });
  }

  waitUntil(task: Task<WaitInput, WaitResult>): Work {
    const wait = new Wait(task, this.#ports.clock, (ended) => this.#waits.delete(ended));
    this.#waits.add(wait);
    return wait;
  }

  /** A request that changes something: with its record stored before and after it. */
  #recorded<Input, Value>(
    kind: "send" | "confirm",
    task: Task<Input, CallResult<Value>>,
    call: (request: Request) => ApiAnswer<Value>,
  ): Work {
    const { keeper } = this.#ports;
    const request = new Request(this.#spare);
    const perform = () => this.#call(() => call(request));
    if (keeper === null) void report(task, perform(), request);
    // The keeper may hold on to the signal for longer than the request takes.
    else void report(task, keeper.operation(kind, request.signal, perform));
    return request;
  }

  async #call<Value>(call: () => ApiAnswer<Value>): Promise<CallResult<Value>> {
    const { clock, random, onDefect } = this.#ports;
    try {
      return await stamped({ now: () => clock.now(), random }, call);
    } catch (error) {
      onDefect(error);
      throw error;
    }
  }
}

const neverSettles = <T>(): Promise<T> => new Promise<T>(() => {});

/**
 * Hands the end of the work to the task, at once when the promise settles: the order of reports matters.
 *
 * @param request parts from its signal first, so that the request that the report leads to can have it.
 */
async function report<Output>(
  task: Task<unknown, Output>,
  result: Promise<Output>,
  request?: Request,
): Promise<void> {
  try {
    const output = await result;
    request?.settle();
    task.done(output);
  } catch (error) {
    task.fail(error);
  }
}
