import type { ApiFailure, Channel, Clock, Policy } from "@veristep/core";
import type { Counters } from "../counters/counters.port.js";
import { countOne, type Held } from "../counters/held.js";
import { memoryCounters } from "../counters/memory.js";
import { CountersDown } from "../counters/watched.js";
import type { Refusal } from "./refusal.js";

/** Returns the lock of a user's channel, or null. */
export type LockReader = (user: string, channel: Channel) => Promise<Refusal | null>;

/** An attempt that is counted already. */
interface AttemptPermit {
  /** Records how the confirm ended; null for a success. Never rejects. */
  settle(failure: ApiFailure | null): Promise<void>;
}

/** The policy's attempts and lock, for each user and channel. */
export interface AttemptLimits {
  /** Counts an attempt before the code is forwarded, so that parallel guesses can't exceed the limit. */
  begin(user: string, channel: Channel): Promise<AttemptPermit | Refusal>;
  /** @throws CountersDown */
  readonly lockOf: LockReader;
  /** Removes the lock, as a resend does where the policy says so. Never rejects: the code has been sent. */
  forget(user: string, channel: Channel): Promise<void>;
}

/** Nothing of the request has left for the service, so no code was tried. */
const neverLeft = ({ kind }: ApiFailure): boolean =>
  kind === "unreachable" ||
  kind === "tokenUnavailable" ||
  kind === "invalidRequest" ||
  kind === "contactNeeded";

const refusesCode = ({ kind }: ApiFailure): boolean =>
  kind === "codeRejected" || kind === "codeMalformed" || kind === "codeSpent";

/**
 * Counts wrong codes over resends, over all processes (B8).
 *
 * An attempt doesn't count if it succeeded or was not sent. Every other attempt stays counted, including one
 * without an answer. While the shared counters are down, this process counts alone, starting from the last
 * value it saw, and adds its own count to the shared one later.
 *
 * @param isShared whether other processes use the counters, which can then be down.
 */
export function createAttemptLimits(
  policy: Policy,
  counters: Counters,
  clock: Clock,
  isShared: boolean,
): AttemptLimits {
  const { maxAttempts, lockMs } = policy;
  // As long as a code that was tried can live: a code must not outlive the count of its guesses.
  const windowMs = Math.max(lockMs, policy.codeLifetimeMs);
  const local = memoryCounters(clock);
  const keyOf = (user: string, channel: Channel) => `${user}:${channel.charAt(0)}t`;
  const owedKey = (key: string) => `${key}:owed`;

  const countHere = async (key: string): Promise<Held> => {
    await local.add(owedKey(key), 1, windowMs);
    return countOne(local, clock, key, windowMs);
  };
  /** Adds what was counted here alone to the shared count. */
  const settleDebt = async (key: string): Promise<void> => {
    // Both run before any other call can: a debt is added once.
    const [owed] = await Promise.all([local.read(owedKey(key)), local.remove(owedKey(key))]);
    if (owed === null) return;
    try {
      await counters.add(key, owed.value, windowMs);
    } catch (error) {
      await local.add(owedKey(key), owed.value, windowMs);
      throw error;
    }
  };
  const countShared = async (key: string): Promise<Held> => {
    await settleDebt(key);
    const held = await countOne(counters, clock, key, windowMs);
    const seen = await local.read(key);
    if (seen === null || seen.value < held.value) await local.set(key, held.value, held.remainingMs);
    return held;
  };
  const count = async (key: string): Promise<Held> => {
    if (!isShared) return countOne(counters, clock, key, windowMs);
    try {
      return await countShared(key);
    } catch (error) {
      if (error instanceof CountersDown) return countHere(key);
      throw error;
    }
  };
  const lock = async (key: string): Promise<void> => {
    if (isShared) await local.set(key, maxAttempts, lockMs);
    try {
      await counters.set(key, maxAttempts, lockMs);
    } catch {
      // The count itself has reached the limit, and bars further attempts until it is forgotten.
    }
  };

  return {
    begin: async (user, channel) => {
      const key = keyOf(user, channel);
      const held = await count(key);
      if (held.value > maxAttempts) return { limit: "lock", retryAfterMs: held.remainingMs };
      return {
        settle: async (failure) => {
          if (failure === null || neverLeft(failure)) await held.giveBack();
          else if (held.value === maxAttempts && refusesCode(failure)) await lock(key);
        },
      };
    },
    lockOf: async (user, channel) => {
      const tries = await counters.read(keyOf(user, channel));
      return tries !== null && tries.value >= maxAttempts
        ? { limit: "lock", retryAfterMs: tries.remainingMs }
        : null;
    },
    forget: async (user, channel) => {
      const key = keyOf(user, channel);
      await local.remove(key);
      try {
        await counters.remove(key);
      } catch {
        // The lock stays until it expires.
      }
    },
  };
}
