import type {
  Channel,
  EpochMs,
  RandomSource,
  VerificationApi,
  VerificationView,
  UserId,
} from "@veristep/core";

/*
 * What a worker needs. The engine stores inputs, events and results in plain text, so a code, an address or a number
 * never goes through it: references do, and these ports find what is behind them, inside the step that needs it.
 */

/** For whom a contact is looked up. */
export interface ContactLookup {
  /** As it was given to `start` or `submitPhone`. */
  readonly ref: string;
  readonly userId: UserId;
  readonly channel: Channel;
}

/**
 * The address or number (E.164) behind a reference; null where it isn't known any more. What it throws counts as a
 * service that can't be reached: the step is repeated by the policy of the flow.
 *
 * The same contact must have the same reference for as long as a flow lasts: the flow tells numbers apart by it.
 */
export type FindContact = (lookup: ContactLookup, signal: AbortSignal) => Promise<string | null>;

/** Which code is wanted. Plain JSON, without a secret. */
export interface CodeLookup {
  /** As it was given to `codeArrived`; `awaited:CHANNEL:GENERATION` from `verify`, which waits for codes itself. */
  readonly ref: string;
  readonly userId: UserId;
  readonly channel: Channel;
  /** Counts the codes of this user and channel. */
  readonly generation: number;
  /** Where the code goes to. */
  readonly contact: { readonly ref: string; readonly masked: string } | null;
  /** When the newest code was sent: when its request was answered. Epoch ms. */
  readonly sentAt: EpochMs | null;
  /** What is older holds an older code: when the request for the newest one began. Epoch ms; null where unknown. */
  readonly notBefore: EpochMs | null;
}

/** Where workers get codes from. */
export interface DurableCodes {
  /**
   * The code that is asked for. Waits for it until the signal aborts, and gives null then. It is a question, not a
   * taking: asked again, it gives the same code, as a step that was cut short is made again. What it throws counts
   * as a service that can't be reached.
   */
  readonly find: (lookup: CodeLookup, signal: AbortSignal) => Promise<string | null>;
}

/** What the steps of a flow are made of. */
export interface WorkerPorts {
  readonly api: VerificationApi;
  readonly findContact: FindContact;
  readonly codes: DurableCodes;
  /** For the jitter of retries. @defaultValue `Math.random`; the engine keeps what was rolled */
  readonly random?: RandomSource | undefined;
  /** Told of what the API threw, when a flow ends with `defect`: its methods should give values. */
  readonly onDefect?: ((error: unknown) => void) | undefined;
  /**
   * Told of each change of a flow, in order: for metrics and logs. At least once: a turn that was cut short is made
   * again, and tells again.
   */
  readonly onChange?: ((flowId: string, view: VerificationView) => void) | undefined;
}
