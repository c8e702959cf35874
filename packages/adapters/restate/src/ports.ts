import type {
  Channel,
  EpochMs,
  RandomSource,
  VerificationApi,
  VerificationView,
  UserId,
} from "@veristep/core";

/*
 * The ports of a worker. The engine stores inputs, events and results in plain text, so a code, an address or a number
 * never goes through it. References do, and these ports look up their values inside the step that needs them.
 */

/** The user whose contact is looked up. */
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
   * Waits for the requested code until the signal aborts, then returns null. It doesn't consume the code: asked again, it
   * returns the same one, because a step that was cut short is repeated. If it throws, that counts as a service that
   * can't be reached.
   */
  readonly find: (lookup: CodeLookup, signal: AbortSignal) => Promise<string | null>;
}

/** The ports that the steps of a flow use. */
export interface WorkerPorts {
  readonly api: VerificationApi;
  readonly findContact: FindContact;
  readonly codes: DurableCodes;
  /** For the jitter of retries. @defaultValue `Math.random`; the engine keeps what was rolled */
  readonly random?: RandomSource | undefined;
  /** Receives the error that the API threw, when a flow ends with `defect`: its methods should return values. */
  readonly onDefect?: ((error: unknown) => void) | undefined;
  /**
   * Receives each change of a flow, in order, for metrics and logs. At least once: a turn that was cut short is
   * repeated, and reports its changes again.
   */
  readonly onChange?: ((flowId: string, view: VerificationView) => void) | undefined;
}
