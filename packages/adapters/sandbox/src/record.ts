import type { Channel, EpochMs } from "@veristep/core";
import type { FaultKind } from "./fault.js";
import type { CodeState } from "./issued-code.js";
import { operations, type Operation } from "./operations.js";

/** How many events the record keeps; the oldest are forgotten first, the counts are not. */
const recordCapacity = 200_000;

/** Why a send was refused. */
export type SendRefusal =
  | "userNotFound"
  | "userState"
  | "contactMismatch"
  | "contactTaken"
  | "noContact"
  | "throttled";

interface Stamped {
  /** 1 for the first event of the sandbox, and so on. */
  readonly sequence: number;
  /** Epoch ms. */
  readonly at: EpochMs;
}

/** A request arrived at one of the API's routes, whatever became of it. */
export interface RequestEvent extends Stamped {
  readonly type: "request";
  readonly operation: Operation;
  /** The user that it names; null where it names none that could be read. */
  readonly userId: number | null;
  /** The fault that it met; null for none. */
  readonly fault: FaultKind | null;
}

/** The service processed a request to send a code. */
export interface SendEvent extends Stamped {
  readonly type: "send";
  readonly operation: "registerUser" | "sendEmailCode" | "sendPhoneCode" | "resendPhoneCode";
  readonly userId: number;
  readonly channel: Channel;
  /** `alreadyVerified` was accepted (204), and nothing was sent. */
  readonly outcome: "sent" | "alreadyVerified" | SendRefusal;
  /** Whether a message went out. */
  readonly sent: boolean;
  /** The generation of the code that was sent; null where none was. */
  readonly generation: number | null;
}

/** The service processed a request to confirm a code. */
export interface CompareEvent extends Stamped {
  readonly type: "compare";
  readonly operation: "confirmEmail" | "confirmPhone";
  readonly userId: number;
  readonly channel: Channel;
  /** `right` was accepted; `noCode` was ever sent; the others say why the newest code was of no use. */
  readonly outcome:
    | "right"
    | "wrong"
    | Exclude<CodeState, "current">
    | "noCode"
    | "throttled"
    | "userNotFound";
  /** Whether digits were compared at all: with `right` and `wrong` only. */
  readonly compared: boolean;
  /** The generation of the newest code; null where none was ever sent. */
  readonly generation: number | null;
}

/** One thing that happened. No event holds a code, a token, an address or a number. */
export type SandboxEvent = RequestEvent | SendEvent | CompareEvent;

/** Everything that happened, for assertions: what a client believes is checked against this. */
export interface SandboxRecord {
  /** The events, the oldest first; the newest 200,000 are kept. A copy at each reading. */
  readonly events: readonly SandboxEvent[];
  /** The events with a higher sequence than `after`, for reading on from the last one that was read. */
  readonly since: (after: number) => readonly SandboxEvent[];
  /** How many requests arrived, by operation: those that met a fault or were refused are counted, too. */
  readonly requests: Readonly<Record<Operation, number>>;
  /** How many messages were delivered in all. */
  readonly sent: number;
}

type Unstamped<Event> = Event extends SandboxEvent ? Omit<Event, keyof Stamped> : never;

/** The writing side of the record. */
export interface Recorder {
  readonly record: SandboxRecord;
  write(event: Unstamped<SandboxEvent>, at: EpochMs): void;
}

/** An empty record. */
export function createRecorder(): Recorder {
  const events: SandboxEvent[] = [];
  // The assertion: `fromEntries` forgets that the keys are all of the operations.
  const requests = Object.fromEntries(operations.map((operation) => [operation, 0])) as Record<
    Operation,
    number
  >;
  let sequence = 0;
  let sent = 0;

  return {
    record: {
      get events() {
        return [...events];
      },
      since: (after) => events.slice(Math.max(0, events.length - Math.max(0, sequence - after))),
      get requests() {
        return { ...requests };
      },
      get sent() {
        return sent;
      },
    },
    write: (event, at) => {
      sequence += 1;
      events.push({ ...event, sequence, at });
      if (events.length > recordCapacity) events.shift();
      if (event.type === "request") requests[event.operation] += 1;
      if (event.type === "send" && event.sent) sent += 1;
    },
  };
}
