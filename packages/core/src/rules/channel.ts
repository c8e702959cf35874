import type { EpochMs } from "../clock.port.js";
import type { VerificationContext } from "../chart/context.js";
import type { Deadline } from "./deadline.js";

/** An address or number that the host keeps: a reference to it, and the form that may be shown. */
export interface Contact {
  readonly ref: string;
  readonly masked: string;
}

/** The lasting facts of one channel: what the stored record keeps. */
export interface ChannelFacts {
  /** Counts codes: each send that was accepted, or perhaps accepted, makes a new generation and ends the older. */
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

/** The facts of a channel on which nothing was sent or tried. */
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

/** Whether two contacts are the same. A reference that a restore made may stand for another number later on. */
export const sameContact = (one: Contact | null, other: Contact | null): boolean =>
  one?.ref === other?.ref && one?.masked === other?.masked;

/** The facts of the present step's channel. */
export const activeFacts = (context: VerificationContext): ChannelFacts => context.facts[context.channel];

/** The contact of the present step, where it is known. */
export const activeContact = (context: VerificationContext): Contact | null =>
  context.contacts[context.channel];

/** Changes facts of the present step's channel. */
export const withFacts = (
  context: VerificationContext,
  patch: Partial<ChannelFacts>,
): Pick<VerificationContext, "facts"> => ({
  facts: { ...context.facts, [context.channel]: { ...activeFacts(context), ...patch } },
});
