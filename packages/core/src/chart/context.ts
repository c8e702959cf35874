import type { EpochMs } from "../clock.port.js";
import type { FlowFailure } from "../failures.js";
import type { Policy } from "../policy.js";
import type { ChannelFacts, Contact } from "../rules/channel.js";
import type { Entry } from "../rules/codes.js";
import type { Evidence } from "../rules/endings.js";
import type { PhoneOnFile } from "../rules/phone-on-file.js";
import type { Attempts, SendAttempts } from "../rules/retries.js";
import type { ShownFailure } from "../rules/shown-failure.js";
import type { Channel, UserId, UserStatus } from "../verification-api.port.js";
import type { InternalEvent } from "./actors.js";

/** One value for each channel. */
export interface PerChannel<T> {
  readonly email: T;
  readonly phone: T;
}

/** What a stored record says: what an earlier run of this flow knew, or another tab of it. */
export interface Known {
  readonly contacts: PerChannel<Contact | null>;
  readonly facts: PerChannel<ChannelFacts>;
  readonly onFile: PhoneOnFile | null;
  readonly otherPhoneTried: boolean;
}

/** The input of a flow. Plain JSON without a secret. */
export interface VerificationInput {
  readonly at: EpochMs;
  readonly userId: UserId;
  readonly flowId: string;
  readonly policy: Policy;
  readonly contacts: PerChannel<Contact | null>;
  /** The facts of an earlier run of this flow, or of the code that registration sent. */
  readonly facts?: Partial<PerChannel<ChannelFacts>>;
  readonly onFile?: PhoneOnFile | null;
  readonly otherPhoneTried?: boolean;
  /**
   * Whether the request of a send begins later than the chart wants it, and the host says when with `send.begun`: it
   * waits for its turn among the tabs, and for its record to be stored. Without, a send begins when it is wanted.
   */
  readonly sendsWait?: boolean;
}

/**
 * Events of the user, of the host (about the store and its turn), and of the chart's regions for one another (without
 * a time).
 */
export type VerificationEvent =
  | { readonly type: "code.submitted"; readonly at: EpochMs; readonly codeRef: string }
  | { readonly type: "resend.requested"; readonly at: EpochMs }
  | { readonly type: "phone.submitted"; readonly at: EpochMs; readonly phone: Contact }
  | { readonly type: "phone.changeRequested"; readonly at: EpochMs }
  | { readonly type: "refresh.requested"; readonly at: EpochMs }
  | { readonly type: "retry.requested"; readonly at: EpochMs }
  | { readonly type: "cancel.requested"; readonly at: EpochMs }
  | { readonly type: "record.restored"; readonly at: EpochMs; readonly known: Known }
  | { readonly type: "record.removed"; readonly at: EpochMs }
  | { readonly type: "send.begun"; readonly at: EpochMs }
  | { readonly type: "code.superseded" }
  | { readonly type: "code.sent" }
  | { readonly type: "status.wanted" }
  | { readonly type: "status.read" }
  | { readonly type: "status.failed" };

export type VerificationOutput =
  | { readonly kind: "verified"; readonly email: Evidence | null; readonly phone: Evidence | null }
  | { readonly kind: "failed"; readonly failure: FlowFailure };

/** The facts of a flow. Plain JSON without a secret. */
export interface VerificationContext {
  /** The time of the latest event. The chart never reads a clock. */
  readonly now: EpochMs;
  readonly userId: UserId;
  /** Makes idempotency keys unique to this flow; handed out by the host. */
  readonly flowId: string;
  readonly policy: Policy;
  /** The channel of the present step, or of the next one. */
  readonly channel: Channel;
  readonly contacts: PerChannel<Contact | null>;
  readonly facts: PerChannel<ChannelFacts>;
  readonly onFile: PhoneOnFile | null;
  /** Whether the service may have had another number on file in this flow. */
  readonly otherPhoneTried: boolean;
  /** Whether the step still has to send its first code automatically. */
  readonly sendWanted: boolean;
  /** Whether that send begins later, at a time that the host decides. */
  readonly sendsWait: boolean;
  /** The latest status from the service. */
  readonly status: UserStatus | null;
  /** When the read of it began. */
  readonly statusReadAt: EpochMs | null;
  /** How the last read failed; null after one that succeeded. */
  readonly readFailure: ShownFailure | null;
  readonly nextPoll: Attempts["next"] | null;
  /** Whether a code was tried: from then on the contact may be verified at any time, whatever was read. */
  readonly codeTried: PerChannel<boolean>;
  readonly entry: Entry;
  /** Attempts at the present call of each kind; null while it has not failed. */
  readonly attempts: {
    readonly readStatus: Attempts | null;
    readonly sendCode: SendAttempts | null;
    readonly confirmCode: Attempts | null;
  };
  /** For idempotency keys. */
  readonly counters: { readonly reads: number; readonly sends: number; readonly submissions: number };
  readonly evidence: PerChannel<Evidence | null>;
  /** The latest failure that still matters. */
  readonly failure: ShownFailure | null;
  readonly failedBecause: FlowFailure | null;
}

/** What a rule looks at: what the flow knows, and what happened. */
export interface Told {
  readonly context: VerificationContext;
  readonly event: VerificationEvent | InternalEvent;
}

/** A change of the context. */
export type Patch = Partial<VerificationContext>;

/** Whether something holds: a guard of the chart. */
export type Condition = (told: Told) => boolean;

/** How the context changes: an action of the chart. */
export type Change = (told: Told) => Patch;

/** Returns the time of an event. Events between regions have the time of the event that caused them. */
export function timeOf({ context, event }: Told): EpochMs {
  if ("output" in event) return event.output?.at ?? context.now;
  return "at" in event ? event.at : context.now;
}
