import type { EpochMs } from "@veristep/core";
import { equalInConstantTime } from "./codes.js";

/**
 * What became of a code:
 * `current` would be taken now; `superseded` by a newer one (or a changed number); `used` up by a good
 * confirm; `expired`; `exhausted` by too many wrong guesses; `void` because the contact was verified in
 * another way.
 */
export type CodeState = "current" | "superseded" | "used" | "expired" | "exhausted" | "void";

/** The outcome of a guess. Only for `right` and `wrong` were digits compared. */
export type Comparison = "right" | "wrong" | Exclude<CodeState, "current">;

/** One code of one user and channel, from its sending on. */
export interface IssuedCode {
  readonly code: string;
  /** 1 for the first code of the user and channel. */
  readonly generation: number;
  /** Epoch ms. */
  readonly sentAt: EpochMs;
  /** The first moment at which it is refused. Epoch ms. */
  readonly expiresAt: EpochMs;
  state(now: EpochMs): CodeState;
  /** How many wrong guesses it was offered. */
  wrongGuesses(): number;
  /** Takes the code for good: nothing is compared with it again. The first reason stays. */
  retire(reason: "superseded" | "void"): void;
  /**
   * Offers a guess. The right one uses the code up; a wrong one counts, and leaves it valid up to the limit.
   * Check and use happen in one synchronous step, so of many right guesses at once one wins (B50).
   */
  offer(guess: string, now: EpochMs): Comparison;
}

/** The input of {@link issueCode}. */
export interface CodeTerms {
  readonly code: string;
  readonly generation: number;
  readonly sentAt: EpochMs;
  readonly lifetimeMs: number;
  /** The number of wrong guesses that exhausts the code. */
  readonly maxWrong: number;
}

/** A code that has just been sent. */
export function issueCode({ code, generation, sentAt, lifetimeMs, maxWrong }: CodeTerms): IssuedCode {
  const expiresAt = sentAt + lifetimeMs;
  let retired: "superseded" | "void" | "used" | null = null;
  let wrong = 0;

  const state = (now: EpochMs): CodeState => {
    if (retired !== null) return retired;
    if (now >= expiresAt) return "expired";
    return wrong >= maxWrong ? "exhausted" : "current";
  };

  return {
    code,
    generation,
    sentAt,
    expiresAt,
    state,
    wrongGuesses: () => wrong,
    retire: (reason) => {
      retired ??= reason;
    },
    offer: (guess, now) => {
      const before = state(now);
      if (before !== "current") return before;
      if (equalInConstantTime(guess, code)) {
        retired = "used";
        return "right";
      }
      wrong += 1;
      return "wrong";
    },
  };
}
