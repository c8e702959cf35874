import type { Clock, EpochMs } from "@veristep/core";
import { randomHex, type RandomBytes } from "./random.js";

/** How many tokens are remembered; the oldest are forgotten first. */
const remembered = 10_000;

/** An access token made by the sandbox. */
export interface MintedToken {
  readonly token: string;
  /** From this moment on it is answered with 401. Epoch ms; null for never by itself. */
  readonly expiresAt: EpochMs | null;
}

/** Which access tokens are good. */
export interface Tokens {
  readonly mint: (lifetimeMs: number | null) => MintedToken;
  /** Expires every token that was minted, listed in the policy, or presented so far. */
  readonly expireAll: () => void;
  /** Whether a request with this token is let in. Remembers the token, so that `expireAll` reaches it. */
  readonly accepts: (token: string) => boolean;
}

export function createTokens(policy: "any" | readonly string[], random: RandomBytes, clock: Clock): Tokens {
  /** When each known token expires: null for never. */
  const expiries = new Map<string, EpochMs | null>(
    policy === "any" ? [] : policy.map((token) => [token, null]),
  );

  const remember = (token: string, expiresAt: EpochMs | null) => {
    expiries.set(token, expiresAt);
    for (const oldest of expiries.keys()) {
      if (expiries.size <= remembered) break;
      expiries.delete(oldest);
    }
  };

  return {
    mint: (lifetimeMs) => {
      const token = `sandbox-${randomHex(random, 16)}`;
      const expiresAt = lifetimeMs === null ? null : clock.now() + lifetimeMs;
      remember(token, expiresAt);
      return { token, expiresAt };
    },
    expireAll: () => {
      for (const token of expiries.keys()) expiries.set(token, Number.NEGATIVE_INFINITY);
    },
    accepts: (token) => {
      const expiresAt = expiries.get(token);
      if (expiresAt === undefined) {
        if (policy !== "any") return false;
        remember(token, null);
        return true;
      }
      return expiresAt === null || clock.now() < expiresAt;
    },
  };
}
