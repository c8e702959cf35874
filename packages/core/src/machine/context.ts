import type { EpochMs } from "../clock.port.js";
import type { ApiFailure, ApiFailureKind, ContactRefusal, FlowFailure } from "../failures.js";
import type { Policy } from "../policy.js";
import type { Channel, UserId, UserStatus } from "../verification-api.port.js";
import type { Deadline } from "./deadline.js";

/*
 * What the machine remembers and what it is told. All of it is plain JSON, and none of it is a secret:
 * codes, addresses and numbers stay with the host, and only references to them and masked forms come in.
 */

/** An address or number that the host keeps: a reference to it, and the form that may be shown. */
export interface Contact {
  readonly ref: string;
  readonly masked: string;
}

/** How one call ended, stamped by the host with everything that a pure machine can't find out by itself. */
export interface CallResult<T> {
  readonly startedAt: EpochMs;
  readonly at: EpochMs;
  /** A random number in [0, 1), for the jitter of a repeat. */
  readonly roll: number;
  readonly outcome:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly failure: ApiFailure };
}

export type StatusResult = CallResult<UserStatus>;
export type SendResult = CallResult<"accepted">;
export type ConfirmResult = CallResult<"confirmed">;
export interface WaitResult {
  readonly at: EpochMs;
}

export interface StatusInput {
  readonly userId: UserId;
  readonly idempotencyKey: string;
}
export interface SendInput {
  readonly userId: UserId;
  readonly operation: "sendEmailCode" | "sendPhoneCode" | "resendPhoneCode";
  /** The contact to send to; the host looks the address or number up. */
  readonly contactRef: string;
  /** Whether it is surely on file: a host that doesn't know the number any more may ask for a resend then. */
  readonly isOnFile: boolean;
  readonly idempotencyKey: string;
}
export interface ConfirmInput {
  readonly userId: UserId;
  readonly operation: "confirmEmail" | "confirmPhone";
  /** The contact that the code was sent to; the host looks the address or number up. */
  readonly contactRef: string;
  /** The code that was typed; the host looks it up. */
  readonly codeRef: string;
  readonly idempotencyKey: string;
}
/** The wait ends at `until`, or when `lengthMs` have elapsed, whichever is first. */
export type WaitInput = Deadline;

/** What an earlier run of this flow knew, or another tab of it. */
export interface Known {
  readonly contacts: { readonly email: Contact | null; readonly phone: Contact | null };
  readonly facts: { readonly email: ChannelFacts; readonly phone: ChannelFacts };
  readonly onFile: NumberOnFile | null;
  readonly otherNumberTried: boolean;
}

/**
 * What the person did, what a store has told the host, and what the regions of the chart tell one another
 * (without a time).
 */
export type VerificationEvent =
  | { readonly type: "code.submitted"; readonly at: EpochMs; readonly codeRef: string }
  | { readonly type: "resend.requested"; readonly at: EpochMs }
  | { readonly type: "phone.submitted"; readonly at: EpochMs; readonly phone: Contact }
  | { readonly type: "phone.changeRequested"; readonly at: EpochMs }
  | { readonly type: "refresh.requested"; readonly at: EpochMs }
  | { readonly type: "retry.requested"; readonly at: EpochMs }
  | { readonly type: "cancel.requested"; readonly at: EpochMs }
  | { readonly type: "record.adopted"; readonly at: EpochMs; readonly known: Known }
  | { readonly type: "code.superseded" }
  | { readonly type: "code.sent" }
  | { readonly type: "status.wanted" };

/** What proved a contact. */
export interface Evidence {
  /** A code that the service confirmed, or a flag of the status. */
  readonly by: "code" | "status";
  /**
   * The verified contact, masked; null where the service says that one is verified and nothing tells which: a
   * number verified before or elsewhere, or one of several that this flow has given it (B17).
   */
  readonly contact: string | null;
}

export type VerificationOutput =
  | { readonly kind: "verified"; readonly email: Evidence | null; readonly phone: Evidence | null }
  | { readonly kind: "failed"; readonly failure: FlowFailure };

/** The lasting facts of one channel: what the stored record keeps. */
export interface ChannelFacts {
  /** Counts codes: each accepted or perhaps-accepted send makes a new generation, which kills the older. */
  readonly generation: number;
  /** The sends that the service accepted, or perhaps accepted, within the window; oldest first. */
  readonly sends: readonly EpochMs[];
  /** Whether the newest send was accepted, or got no answer. */
  readonly newestSend: "accepted" | "perhaps" | null;
  /** When the newest send was accepted or given up; it outlasts the window. */
  readonly sentAt: EpochMs | null;
  /** The contact that the newest code went to. */
  readonly sentTo: Contact | null;
  /** When the newest attempt began of a send that is under way and may be out by now; null when none is. */
  readonly sendingSince: EpochMs | null;
  readonly cooldown: Deadline | null;
  /** Wrong codes since the last lock. */
  readonly attempts: number;
  readonly lock: (Deadline & { readonly by: "attempts" | "service" }) | null;
}

/** The number that the service has on file, as far as this flow can tell. */
export interface NumberOnFile extends Contact {
  /** Whether the send that would have put it there was accepted; false when it got no answer. */
  readonly sure: boolean;
  /**
   * Whether the status said "not verified" after that send. Only then did the send put the number on file (an
   * accepted send to somebody who is verified does nothing), and only then does the flag speak of this number.
   */
  readonly flagIsIts: boolean;
}

/** A run of attempts at one operation. */
export interface Attempts {
  /** Repeats so far. */
  readonly repeats: number;
  /** No repeat begins after this. */
  readonly giveUpAt: EpochMs;
  /** The next repeat. */
  readonly next: Deadline;
}

/** A failure that a person is told of. */
export interface ShownFailure {
  /** `codeSuperseded`: a code was refused that a send may have killed while it was under way (B4). */
  readonly kind: ApiFailureKind | "codeSuperseded";
  readonly about: "status" | "send" | "code" | "phoneNumber";
  readonly traceId: string | null;
  readonly at: EpochMs;
  /** Of a contact that was refused: why, where the backend says so. */
  readonly reason?: ContactRefusal | null;
  /** Of a throttled read: when the next one is due (B13). What a send or a code waits for, a view tells. */
  readonly until?: EpochMs;
}

export interface VerificationContext {
  /** The latest time that the flow was told. Never asked of a clock. */
  readonly now: EpochMs;
  readonly userId: UserId;
  /** Makes idempotency keys unique to this flow; handed out by the host. */
  readonly flowId: string;
  readonly policy: Policy;
  /** The channel of the present step, or of the next one. */
  readonly channel: Channel;
  readonly contacts: { readonly email: Contact | null; readonly phone: Contact | null };
  readonly facts: { readonly email: ChannelFacts; readonly phone: ChannelFacts };
  readonly onFile: NumberOnFile | null;
  /** Whether the service may have had another number on file in this flow. */
  readonly otherNumberTried: boolean;
  /** Whether a number was given that a code is to be sent to. */
  readonly sendWanted: boolean;
  /** What the service said last. */
  readonly status: UserStatus | null;
  /** When the read of it began. */
  readonly statusReadAt: EpochMs | null;
  /** Whether a code was tried: from then on the contact may be verified at any time, whatever was read. */
  readonly codeTried: { readonly email: boolean; readonly phone: boolean };
  readonly evidence: { readonly email: Evidence | null; readonly phone: Evidence | null };
  /** The code being confirmed, and what is known of it. */
  readonly entry: {
    readonly codeRef: string | null;
    /** What the confirm was answered, while the status is read before a verdict on it (B2). */
    readonly doubt: ShownFailure | null;
    /** Whether an unclear outcome has cost this code its second try. */
    readonly secondTry: boolean;
    /** Whether a send has been under way since it was typed, which may have killed it. */
    readonly amidSend: boolean;
  };
  /** Attempts at the present operation of each region; null after an outcome. */
  readonly attempts: {
    readonly send: (Attempts & { readonly mayHaveBeenSent: boolean }) | null;
    readonly confirm: Attempts | null;
    readonly verdict: Attempts | null;
    readonly status: Attempts | null;
  };
  readonly nextPoll: Deadline | null;
  /** For idempotency keys. */
  readonly counters: {
    readonly status: number;
    readonly verdict: number;
    readonly sends: number;
    readonly submissions: number;
  };
  readonly failure: ShownFailure | null;
  readonly ended: FlowFailure | null;
}

export interface VerificationInput {
  readonly at: EpochMs;
  readonly userId: UserId;
  readonly flowId: string;
  readonly policy: Policy;
  readonly contacts: { readonly email: Contact | null; readonly phone: Contact | null };
  /** What an earlier run of this flow knew, or what registration did. */
  readonly facts?: { readonly email?: ChannelFacts; readonly phone?: ChannelFacts };
  readonly onFile?: NumberOnFile | null;
  readonly otherNumberTried?: boolean;
}

/** Of a channel on which nothing was sent or tried. */
export const noFacts: ChannelFacts = {
  generation: 0,
  sends: [],
  newestSend: null,
  sentAt: null,
  sentTo: null,
  sendingSince: null,
  cooldown: null,
  attempts: 0,
  lock: null,
};

export const noAttempts: VerificationContext["attempts"] = {
  send: null,
  confirm: null,
  verdict: null,
  status: null,
};
export const noEntry: VerificationContext["entry"] = {
  codeRef: null,
  doubt: null,
  secondTry: false,
  amidSend: false,
};

export function initialContext(input: VerificationInput): VerificationContext {
  return {
    now: input.at,
    userId: input.userId,
    flowId: input.flowId,
    policy: input.policy,
    channel: input.policy.channels[0],
    contacts: input.contacts,
    facts: { email: input.facts?.email ?? noFacts, phone: input.facts?.phone ?? noFacts },
    onFile: input.onFile ?? null,
    otherNumberTried: input.otherNumberTried ?? false,
    sendWanted: false,
    status: null,
    statusReadAt: null,
    codeTried: { email: false, phone: false },
    evidence: { email: null, phone: null },
    entry: noEntry,
    attempts: noAttempts,
    nextPoll: null,
    counters: { status: 0, verdict: 0, sends: 0, submissions: 0 },
    failure: null,
    ended: null,
  };
}

/** The facts of the present step's channel. */
export const activeFacts = (context: VerificationContext): ChannelFacts => context.facts[context.channel];

/** The contact of the present step, where it is known. */
export const activeContact = (context: VerificationContext): Contact | null =>
  context.contacts[context.channel];
