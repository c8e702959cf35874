import type { Clock, EpochMs, RandomSource } from "@veristep/core";
import type { GetToken } from "../access-token.js";
import { bounded } from "../bounded.js";
import { TokenError } from "./token-error.js";

/** An answer of the token endpoint. */
export interface IssuedToken {
  readonly value: string;
  /** In ms; null where the server doesn't say. */
  readonly lifeMs: number | null;
  readonly refreshToken: string | null;
}

/** One request to the token endpoint: with the refresh token, or with the full grant where it is null. */
export type RequestToken = (refreshToken: string | null) => Promise<IssuedToken>;

interface HeldToken {
  readonly value: string;
  readonly expiresAt: EpochMs;
  readonly lifeMs: number;
  /** The service has answered 401 to it. */
  isRefused: boolean;
}

/** How long a token counts as valid: if the server doesn't say, and at most, in ms. */
const UNKNOWN_LIFE_MS = 300_000;
const LONGEST_LIFE_MS = 86_400_000;
/** A new token is requested when less than this is left; the old one is used until it arrives. */
const RENEWAL_MS = 60_000;
/** A token with less than this left is not used: it could expire on its way. */
const TOO_LATE_MS = 5_000;

/** How long a refusal of the token server is remembered, in ms: asking again at once would get the same. */
const REFUSAL_MS = 60_000;
const LONGEST_RETRY_AFTER_MS = 300_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 30_000;
/** The longest pause that a call waits for; with a longer one it fails at once. */
const LONGEST_PAUSE_MS = 1_000;
/** Enough for a server that gives the same token until its last second to issue another one. */
const MOST_ATTEMPTS = 7;

/**
 * Keeps one token and renews it: one request however many calls wait, in time before the token expires, with a pause
 * after each failure. The token is used on if it still can be when a renewal fails.
 */
export function createTokenSource(request: RequestToken, clock: Clock, random: RandomSource): GetToken {
  let held: HeldToken | null = null;
  let refreshToken: string | null = null;
  let flight: Promise<string> | null = null;
  let failure: { readonly error: TokenError; readonly until: EpochMs; readonly ms: number } | null = null;
  let failuresInARow = 0;

  const leftOf = ({ expiresAt, lifeMs }: HeldToken): number => {
    const left = expiresAt - clock.now();
    // More than all of it is left when the clock was set back: its age is unknown then.
    return left > lifeMs ? 0 : left;
  };
  const isUsable = (token: HeldToken): boolean =>
    !token.isRefused && leftOf(token) > Math.min(TOO_LATE_MS, token.lifeMs / 2);
  const isDue = (token: HeldToken): boolean => leftOf(token) < Math.min(RENEWAL_MS, token.lifeMs / 5);

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      clock.schedule(resolve, ms);
    });

  const pauseMs = (): number => {
    const left = failure === null ? 0 : failure.until - clock.now();
    return failure === null || left > failure.ms ? 0 : left;
  };

  const noteFailure = (error: TokenError) => {
    failuresInARow += 1;
    const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failuresInARow - 1));
    const ownPause = error.isRefusal ? REFUSAL_MS : backoff * (0.5 + random() / 2);
    const ms = Math.max(ownPause, Math.min(error.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS));
    failure = { error, until: clock.now() + ms, ms };
  };

  /** A refresh token that is refused, because it was used or has expired, leaves the full grant. */
  const issue = async (): Promise<IssuedToken> => {
    const used = refreshToken;
    if (used === null) return await request(null);
    try {
      return await request(used);
    } catch (error) {
      if (!(error instanceof TokenError) || !error.isRefusal) throw error;
      refreshToken = null;
      return await request(null);
    }
  };

  const renew = async (): Promise<string> => {
    for (let attempt = 1; ; attempt += 1) {
      const pause = pauseMs();
      if (failure !== null && pause > LONGEST_PAUSE_MS) throw failure.error;
      if (pause > 0) await sleep(pause);
      try {
        const issued = await issue();
        failure = null;
        failuresInARow = 0;
        refreshToken = issued.refreshToken ?? refreshToken;
        const { value } = issued;
        const lifeMs = Math.min(issued.lifeMs ?? UNKNOWN_LIFE_MS, LONGEST_LIFE_MS);
        // Some servers give the same token until its last second.
        if (value === held?.value && lifeMs < TOO_LATE_MS && attempt < MOST_ATTEMPTS) {
          await sleep(LONGEST_PAUSE_MS);
          continue;
        }
        held = { value, lifeMs, expiresAt: clock.now() + lifeMs, isRefused: false };
        return value;
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        noteFailure(error);
        if (attempt === MOST_ATTEMPTS) throw error;
      }
    }
  };

  const renewal = (): Promise<string> => {
    flight ??= renew().finally(() => {
      flight = null;
    });
    // Not every renewal has a waiting caller.
    flight.catch(() => {});
    return flight;
  };

  return async ({ reason, refused, signal }) => {
    if (held !== null && reason === "expired" && (refused ?? held.value) === held.value)
      held.isRefused = true;
    if (held !== null && isUsable(held)) {
      if (isDue(held)) void renewal();
      return held.value;
    }
    // The request continues without this caller: the others wait for it, and a refresh token is lost with its answer.
    const outcome = await bounded(renewal, { signal });
    if (outcome.kind === "done") return outcome.value;
    throw outcome.kind === "threw" ? outcome.error : signal.reason;
  };
}
