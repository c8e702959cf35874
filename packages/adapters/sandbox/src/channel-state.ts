import type { EpochMs } from "@veristep/core";
import { drawCode } from "./codes.js";
import { issueCode, type CodeState, type Comparison, type IssuedCode } from "./issued-code.js";
import type { ResolvedPolicy } from "./policy.js";
import type { RandomBytes } from "./random.js";

/** The outcome of a guess on a channel. */
type Offer =
  | { readonly outcome: Comparison | "noCode"; readonly generation: number | null }
  | { readonly outcome: "throttled"; readonly generation: number | null; readonly retryAfterMs: number };

/** How a user stands on a channel. */
export interface ChannelView {
  /** The newest code; null before the first one. */
  readonly code: {
    readonly generation: number;
    readonly state: CodeState;
    /** Epoch ms. */
    readonly expiresAt: EpochMs;
    /** Wrong guesses that it was offered. */
    readonly wrongGuesses: number;
  } | null;
  /** When the policy allows the next send, in epoch ms; null for at once. */
  readonly nextSendAt: EpochMs | null;
  /** Until when no code is compared, after too many wrong ones, in epoch ms; null for not at all. */
  readonly throttledUntil: EpochMs | null;
}

/** The codes of one user on one channel: only the newest is ever offered a guess. */
export interface ChannelState {
  /** How long the policy makes the next send wait, in ms; 0 for not at all. */
  cooldown(now: EpochMs): number;
  /** Makes a new code, which supersedes the one before. */
  issue(now: EpochMs): IssuedCode;
  offer(guess: string, now: EpochMs): Offer;
  view(now: EpochMs): ChannelView;
  /** Takes the newest code for good: the contact changed, or is verified without it. */
  retire(reason: "superseded" | "void"): void;
}

/** A channel on which nothing was sent yet. */
export function createChannelState(policy: ResolvedPolicy, random: RandomBytes): ChannelState {
  let newest: IssuedCode | null = null;
  let lastSentAt: EpochMs | null = null;
  let refusals = { since: 0, count: 0 };

  const cooldown = (now: EpochMs): number => {
    if (lastSentAt === null) return 0;
    // A clock set back makes the wait one whole cooldown, never more.
    lastSentAt = Math.min(lastSentAt, now);
    return Math.max(0, lastSentAt + policy.sendCooldownMs - now);
  };

  return {
    cooldown,
    view: (now) => {
      const wait = cooldown(now);
      const throttledUntil = refusals.since + policy.wrongCodeWindowMs;
      const isThrottled = refusals.count >= policy.maxWrongCodesPerWindow && throttledUntil > now;
      return {
        code:
          newest === null
            ? null
            : {
                generation: newest.generation,
                state: newest.state(now),
                expiresAt: newest.expiresAt,
                wrongGuesses: newest.wrongGuesses(),
              },
        nextSendAt: wait > 0 ? now + wait : null,
        throttledUntil: isThrottled ? throttledUntil : null,
      };
    },
    issue: (now) => {
      newest?.retire("superseded");
      newest = issueCode({
        code: drawCode(random),
        generation: (newest?.generation ?? 0) + 1,
        sentAt: now,
        lifetimeMs: policy.codeLifetimeMs,
        maxWrong: policy.maxWrongCodesPerCode,
      });
      lastSentAt = now;
      return newest;
    },
    offer: (guess, now) => {
      const generation = newest?.generation ?? null;
      const elapsed = now - refusals.since;
      if (elapsed < 0 || elapsed >= policy.wrongCodeWindowMs) refusals = { since: now, count: 0 };
      if (refusals.count >= policy.maxWrongCodesPerWindow) {
        const retryAfterMs = refusals.since + policy.wrongCodeWindowMs - now;
        return { outcome: "throttled", generation, retryAfterMs };
      }
      const outcome = newest?.offer(guess, now) ?? "noCode";
      if (outcome !== "right") {
        if (refusals.count === 0) refusals.since = now;
        refusals.count += 1;
      }
      return { outcome, generation };
    },
    retire: (reason) => newest?.retire(reason),
  };
}
