import type { Channel, EpochMs } from "@veristep/core";
import type { CodeState, IssuedCode } from "./issued-code.js";

/** How many messages the outbox keeps; the oldest are forgotten first. */
export const outboxCapacity = 1000;

/** An e-mail or a text message that the sandbox "delivered". The only place where a code can be read (B52). */
export interface OutboxMessage {
  /** 1 for the first message of the sandbox, and so on. */
  readonly sequence: number;
  readonly userId: number;
  readonly channel: Channel;
  /** The address (as registered) or the number (E.164) that it went to. */
  readonly to: string;
  /** Six digits. */
  readonly code: string;
  /** Which code of this user and channel it is: 1 for the first. */
  readonly generation: number;
  /** Epoch ms. */
  readonly sentAt: EpochMs;
  /** From this moment on the code is refused. Epoch ms. */
  readonly expiresAt: EpochMs;
  /** The text that the user reads. */
  readonly text: string;
  /** Whether the code would be taken at the moment of reading, and if not, why not. */
  readonly state: CodeState;
}

/** Which messages to read; everything that is left out matches all. */
export interface OutboxFilter {
  readonly userId?: number | string;
  readonly channel?: Channel;
  /** Only messages with a higher sequence, for polling. */
  readonly after?: number;
}

/** The mailboxes and phones of all users. */
export interface Outbox {
  deliver(userId: number, channel: Channel, to: string, issued: IssuedCode): void;
  /** Forgets all messages. The codes in them stay as good as they are. */
  readonly clear: () => void;
  /** The messages that match, in the order of their delivery: the newest is the last. */
  read(filter: OutboxFilter, now: EpochMs): readonly OutboxMessage[];
}

/** An empty outbox. */
export function createOutbox(): Outbox {
  const messages: Array<{
    readonly sequence: number;
    readonly userId: number;
    readonly channel: Channel;
    readonly to: string;
    readonly issued: IssuedCode;
  }> = [];
  let delivered = 0;

  return {
    deliver: (userId, channel, to, issued) => {
      delivered += 1;
      messages.push({ sequence: delivered, userId, channel, to, issued });
      if (messages.length > outboxCapacity) messages.shift();
    },
    clear: () => {
      messages.length = 0;
    },
    read: ({ userId, channel, after = 0 }, now) =>
      messages
        .filter(
          (message) =>
            message.sequence > after &&
            (userId === undefined || message.userId === userId) &&
            (channel === undefined || message.channel === channel),
        )
        .map(({ sequence, userId, channel, to, issued }) => ({
          sequence,
          userId,
          channel,
          to,
          code: issued.code,
          generation: issued.generation,
          sentAt: issued.sentAt,
          expiresAt: issued.expiresAt,
          text: textOf(channel, issued),
          state: issued.state(now),
        })),
  };
}

function textOf(channel: Channel, { code, sentAt, expiresAt }: IssuedCode): string {
  const lifetimeMs = expiresAt - sentAt;
  const lifetime =
    lifetimeMs % 60_000 === 0 ? `${lifetimeMs / 60_000} min` : `${Math.ceil(lifetimeMs / 1000)} s`;
  return channel === "email"
    ? `Your code to confirm this e-mail address is ${code}. It is valid for ${lifetime}.`
    : `${code} is your code to confirm this phone number. Valid for ${lifetime}.`;
}
