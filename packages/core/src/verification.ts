import type { Result } from "neverthrow";
import type { Clock, RandomSource } from "./clock.port.js";
import type { CommandRefusal, Unverified } from "./failures.js";
import type { VerificationUser } from "./host/options.js";
import type { Evidence } from "./rules/endings.js";
import type { Engine, VerificationActor } from "./host/engine.port.js";
import type { Peers } from "./peers.port.js";
import type { PolicyOptions } from "./policy.js";
import type { RecordStore, StoreFailure } from "./record-store.port.js";
import type { VerificationRecord } from "./record.js";
import type { VerificationApi } from "./verification-api.port.js";
import type { VerificationView } from "./view.js";

export interface VerificationOptions {
  readonly api: VerificationApi;
  readonly user: VerificationUser;
  readonly policy?: PolicyOptions | undefined;
  /**
   * Where the flow is kept, so that a reload or a crash takes it up again: it is restored before the flow acts,
   * and the record is stored before each request that sends or confirms, and after it.
   */
  readonly store?: RecordStore | undefined;
  /** The other tabs over the same store: with them two tabs make one send (B37). Needs {@link store}. */
  readonly peers?: Peers | undefined;
  /** Runs when the store fails. The flow continues in memory (B36). */
  readonly onStoreFailure?: ((failure: StoreFailure) => void) | undefined;
  /**
   * The record of an earlier run of this flow, from {@link Verification.record} through `parseRecord`, for a host
   * that keeps records without a store.
   */
  readonly record?: VerificationRecord | undefined;
  /** @defaultValue the machine's own clock */
  readonly clock?: Clock | undefined;
  /** For the jitter of retries. @defaultValue `Math.random` */
  readonly random?: RandomSource | undefined;
  /** Makes the flow's idempotency keys unique; use a new one for each run. @defaultValue a random one */
  readonly flowId?: string | undefined;
  /**
   * Parses a typed phone number. Returns it in E.164 form, or null if the input isn't a phone number.
   * `@veristep/phone` validates by the real numbering plans, and accepts national numbers too:
   * `(input) => parsePhone(input, { defaultCountry: "BG" }).unwrapOr(null)`.
   *
   * @defaultValue accepts the E.164 format, with or without separators
   */
  readonly parsePhone?: ((input: string) => string | null) | undefined;
  /**
   * Runs when something throws that must not: the API, the store or the peers, whose methods should return values, or
   * a participant in a step, such as `inspect`. The flow ends with `defect` if it can't continue without the result.
   * The error is raw and may contain anything, so treat it with care in a log.
   */
  readonly onDefect?: ((error: unknown) => void) | undefined;
  /** Runs the chart. `xstateEngine` of `@veristep/core/xstate` does so in XState's own actors, with its inspection.
   *
   * @defaultValue the compiled chart
   */
  readonly engine?: Engine | undefined;
}

/** Whether a command was taken, or why not. */
export type Taken = Result<"taken", CommandRefusal>;

/** How each contact was verified. */
export interface Verified {
  readonly email: Evidence | null;
  readonly phone: Evidence | null;
}

/** One running flow. Every command says whether it was taken, and if not, why; none throws. */
export interface Verification {
  /** Begins. A second call changes nothing. */
  readonly start: () => Taken;
  /** Confirms the code that was typed; "123 456" and "123-456" are fine. */
  readonly submitCode: (code: string) => Taken;
  /** Requests a new code, which makes the previous one useless. */
  readonly resend: () => Taken;
  /** Gives the number to verify, or another one. */
  readonly submitPhone: (phone: string) => Taken;
  /** Goes back to asking for the number. */
  readonly changePhone: () => Taken;
  /** Looks whether something has changed elsewhere: on focus, on coming online, on waking up. */
  readonly refresh: () => Taken;
  /** Continues after the automatic retries ran out. */
  readonly retry: () => Taken;
  /** Ends the flow for good: its `result` is "cancelled". For a flow that continues later, see {@link suspend}. */
  readonly cancel: () => Taken;
  /** Stops the flow where it is, with no timer or request left. Another run can continue it from its record. */
  readonly suspend: () => void;
  /** Returns what to show now. */
  readonly view: () => VerificationView;
  /**
   * Calls the listener with each change, never with the passing of time alone; always from its own
   * microtask, so a command that it gives runs at once. @returns unsubscribes.
   */
  readonly subscribe: (listener: (view: VerificationView) => void) => () => void;
  /** Returns the record to store, so that another run can continue the flow. Holds no secret. */
  readonly record: () => VerificationRecord;
  /** How the flow ends. Never rejects. */
  readonly result: Promise<Result<Verified, Unverified>>;
  /** The XState actor, for bindings and tools. Commands go through the methods. */
  readonly actor: VerificationActor;
}
