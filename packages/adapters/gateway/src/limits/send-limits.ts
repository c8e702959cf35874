import type { Channel, Clock, Policy } from "@veristep/core";
import type { Counters } from "../counters/counters.port.js";
import { takePlace, type Held } from "../counters/held.js";
import type { LockReader } from "./attempt-limits.js";
import type { Refusal } from "./refusal.js";

/** A send that the user's limits allow. Its cooldown and its send can be given back separately. */
export interface SendPermit {
  /** Without it the next send may follow at once. */
  giveBackCooldown(): Promise<void>;
  /** Without it the send doesn't count within the window. */
  giveBackSend(): Promise<void>;
}

/** The policy's cooldown and sends per window, for each user and channel. */
export interface SendLimits {
  /**
   * @param emailCodeAgeMs how long ago registration mailed a code, which counts as a send; null for none.
   * @throws CountersDown
   */
  begin(user: string, channel: Channel, emailCodeAgeMs: number | null): Promise<SendPermit | Refusal>;
}

const nothing = async () => {};

/**
 * The same rules as the page's: at most one send per cooldown, and at most `maxSendsPerWindow` in any stretch of time as
 * long as the window. Each send takes its own place, which is free again one window later, so the rule is
 * exact. One count per window would allow twice as many sends around the window's end.
 */
export function createSendLimits(
  { cooldownMs, maxSendsPerWindow, sendWindowMs, unlockOnResend }: Policy,
  counters: Counters,
  clock: Clock,
  lockOf: LockReader,
): SendLimits {
  const takeCooldown = async (key: string): Promise<Held | Refusal | null> => {
    if (cooldownMs === 0) return null;
    const place = await takePlace(counters, clock, key, cooldownMs);
    return place.isMine ? place : { limit: "cooldown", retryAfterMs: place.remainingMs };
  };

  const takeSend = async (key: string, mailedMs: number | null): Promise<Held | Refusal | null> => {
    if (sendWindowMs === 0) return null;
    const mailed = mailedMs !== null && mailedMs < sendWindowMs ? sendWindowMs - mailedMs : null;
    let retryAfterMs = mailed ?? sendWindowMs;
    for (let place = mailed === null ? 0 : 1; place < maxSendsPerWindow; place += 1) {
      const taken = await takePlace(counters, clock, `${key}${place}`, sendWindowMs);
      if (taken.isMine) return taken;
      retryAfterMs = Math.min(retryAfterMs, taken.remainingMs);
    }
    return { limit: "sendLimit", retryAfterMs };
  };

  return {
    begin: async (user, channel, emailCodeAgeMs) => {
      const lock = unlockOnResend ? null : await lockOf(user, channel);
      // A code that can't be entered must not be sent (B8).
      if (lock !== null) return lock;
      const mailed = channel === "email" ? emailCodeAgeMs : null;
      if (mailed !== null && mailed < cooldownMs)
        return { limit: "cooldown", retryAfterMs: cooldownMs - mailed };
      const cooldown = await takeCooldown(`${user}:${channel.charAt(0)}w`);
      if (cooldown !== null && "limit" in cooldown) return cooldown;
      const send = await takeSend(`${user}:${channel.charAt(0)}s`, mailed);
      if (send !== null && "limit" in send) {
        await cooldown?.giveBack();
        return send;
      }
      return {
        giveBackCooldown: cooldown?.giveBack ?? nothing,
        giveBackSend: send?.giveBack ?? nothing,
      };
    },
  };
}
