import type { Channel, Clock } from "@veristep/core";
import type { Outbox } from "./outbox.js";
import type { Recorder, SendEvent, SendRefusal, CompareEvent } from "./record.js";
import { lifecycleCodes, type User, type Users } from "./users.js";

/** The outcome of a send. */
export type SendResult =
  | { readonly outcome: "sent" | "alreadyVerified" | Exclude<SendRefusal, "throttled"> }
  | { readonly outcome: "throttled"; readonly retryAfterMs: number };

/** The outcome of a confirm. */
export type ConfirmResult =
  | { readonly outcome: "confirmed" | "refused" | "userNotFound" }
  | { readonly outcome: "throttled"; readonly retryAfterMs: number };

/**
 * The service without HTTP. Every method is one synchronous step, so nothing comes between a check and its
 * effect, whatever arrives at once (B50).
 */
export interface Engine {
  /** Makes a user, and mails the first code if there is an address. */
  register(email: string | null): User;
  user(id: number): User | undefined;
  sendEmailCode(id: number, email: string): SendResult;
  sendPhoneCode(id: number, phone: string): SendResult;
  resendPhoneCode(id: number): SendResult;
  confirm(id: number, channel: Channel, code: string): ConfirmResult;
  /** Verifies a contact as another device or the service's support would: its code is void from then on. */
  verifyElsewhere(user: User, channel: Channel): void;
}

/** The dependencies of the engine. */
export interface EngineParts {
  readonly clock: Clock;
  readonly users: Users;
  readonly outbox: Outbox;
  readonly recorder: Recorder;
}

export function createEngine({ clock, users, outbox, recorder }: EngineParts): Engine {
  const recordSend = (
    operation: SendEvent["operation"],
    userId: number,
    outcome: SendEvent["outcome"],
    generation: number | null,
  ) => {
    const channel = operation === "registerUser" || operation === "sendEmailCode" ? "email" : "phone";
    const sent = outcome === "sent";
    recorder.write({ type: "send", operation, userId, channel, outcome, sent, generation }, clock.now());
  };

  const deliver = (operation: SendEvent["operation"], user: User, channel: Channel, to: string) => {
    const issued = user.channels[channel].issue(clock.now());
    outbox.deliver(user.id, channel, to, issued);
    recordSend(operation, user.id, "sent", issued.generation);
    return { outcome: "sent" } as const;
  };

  const answer = (
    operation: SendEvent["operation"],
    userId: number,
    outcome: "alreadyVerified" | Exclude<SendRefusal, "throttled">,
  ) => {
    recordSend(operation, userId, outcome, null);
    return { outcome } as const;
  };

  /** The rest of a send, once it is known where it goes. */
  const send = (operation: SendEvent["operation"], user: User, channel: Channel, to: string): SendResult => {
    const retryAfterMs = user.channels[channel].cooldown(clock.now());
    if (retryAfterMs > 0) {
      recordSend(operation, user.id, "throttled", null);
      return { outcome: "throttled", retryAfterMs };
    }
    if (channel === "phone" && user.phone !== to) users.setPhone(user, to);
    return deliver(operation, user, channel, to);
  };

  return {
    register: (email) => {
      const user = users.add({ email });
      // A user created without an id and a number can't conflict with an existing one.
      if (typeof user === "string") throw new Error("The sandbox has no free user id");
      if (email !== null) deliver("registerUser", user, "email", email);
      return user;
    },
    user: (id) => users.find(id),
    sendEmailCode: (id, email) => {
      const user = users.find(id);
      if (user === undefined) return answer("sendEmailCode", id, "userNotFound");
      if (!maySend(user)) return answer("sendEmailCode", id, "userState");
      if (user.email === null || !isSameAddress(user.email, email)) {
        return answer("sendEmailCode", id, "contactMismatch");
      }
      if (user.verified.email) return answer("sendEmailCode", id, "alreadyVerified");
      return send("sendEmailCode", user, "email", user.email);
    },
    sendPhoneCode: (id, phone) => {
      const user = users.find(id);
      if (user === undefined) return answer("sendPhoneCode", id, "userNotFound");
      if (!maySend(user)) return answer("sendPhoneCode", id, "userState");
      if (user.verified.phone) return answer("sendPhoneCode", id, "alreadyVerified");
      if (users.isTaken(phone, id)) return answer("sendPhoneCode", id, "contactTaken");
      return send("sendPhoneCode", user, "phone", phone);
    },
    resendPhoneCode: (id) => {
      const user = users.find(id);
      if (user === undefined) return answer("resendPhoneCode", id, "userNotFound");
      if (!maySend(user)) return answer("resendPhoneCode", id, "userState");
      if (user.verified.phone) return answer("resendPhoneCode", id, "alreadyVerified");
      if (user.phone === null) return answer("resendPhoneCode", id, "noContact");
      return send("resendPhoneCode", user, "phone", user.phone);
    },
    confirm: (id, channel, code) => {
      const operation = channel === "email" ? "confirmEmail" : "confirmPhone";
      const record = (outcome: CompareEvent["outcome"], generation: number | null) => {
        const compared = outcome === "right" || outcome === "wrong";
        const event = {
          type: "compare",
          operation,
          userId: id,
          channel,
          outcome,
          compared,
          generation,
        } as const;
        recorder.write(event, clock.now());
      };
      const user = users.find(id);
      if (user === undefined) {
        record("userNotFound", null);
        return { outcome: "userNotFound" };
      }
      const offer = user.channels[channel].offer(code, clock.now());
      record(offer.outcome, offer.generation);
      if (offer.outcome === "throttled") return { outcome: "throttled", retryAfterMs: offer.retryAfterMs };
      if (offer.outcome !== "right") return { outcome: "refused" };
      user.verified[channel] = true;
      return { outcome: "confirmed" };
    },
    verifyElsewhere: (user, channel) => {
      user.verified[channel] = true;
      user.channels[channel].retire("void");
    },
  };
}

/** Deactivated, closed and blocked users get no codes. */
function maySend(user: User): boolean {
  return user.lifecycle < lifecycleCodes.deactivated;
}

/** Mail is delivered without regard to case nearly everywhere, and people don't type it twice the same. */
function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
