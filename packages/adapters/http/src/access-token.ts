import type { EpochMs } from "@veristep/core";
import { bounded } from "./bounded.js";
import type { HttpApiSettings } from "./options.js";

/** The argument of `getToken`. */
export interface TokenRequest {
  /** `expired`: the service answered 401 to the previous token, so a cached one won't do. */
  readonly reason: "first" | "expired";
  /** The token that the service refused, null at first: a source with several callers may have a newer one by now. */
  readonly refused: string | null;
  /** Aborts when no call waits for the token any more, or at the deadline. */
  readonly signal: AbortSignal;
}

/**
 * Gets an access token for the API, without "Bearer "; blanks around it are dropped. The adapter keeps it until the service answers 401 to it.
 *
 * Throwing, rejecting, taking longer than `timeoutMs`, or giving anything but visible ASCII characters fails
 * the waiting calls as `tokenUnavailable`; the next call asks again.
 */
export type GetToken = (request: TokenRequest) => string | Promise<string>;

/** One token, as an object: the same text received twice is still two tokens. */
interface AccessToken {
  readonly value: string;
  readonly receivedAt: EpochMs;
}

/** The one token that all calls of an adapter share. */
export interface AccessTokens {
  /**
   * Returns the token in use, or a new one. Calls that wait share one request for it (B11, B45).
   * Null if there is no usable token, or if the signal aborted.
   */
  acquire(signal: AbortSignal): Promise<AccessToken | null>;
  /**
   * Notes that the service answered 401 to this token, and drops it if it is still the one in use (B11).
   *
   * A new token that is refused at once stays in use for a while, longer each time: another one would hardly fare
   * better, and each call would cost a request to the token server.
   *
   * @param isRepeat whether the call had a 401 before.
   * @returns whether the call can get another token.
   */
  refused(token: AccessToken, isRepeat: boolean): boolean;
  /** Notes that a new token helped: the service answered a repeated call with something else than 401. */
  helped(): void;
}

/** One request for a token, shared by all calls that wait for it. */
interface Flight {
  readonly landed: Promise<AccessToken | null>;
  readonly abandon: () => void;
  waiting: number;
}

// Anything else is refused by `Headers`, or ends the header line.
const headerSafe = /^[\x21-\x7e]+$/;

const FIRST_HOLD_MS = 1_000;
const LONGEST_HOLD_MS = 60_000;

/** One request for a token takes at most `timeoutMs`, so that one that hangs doesn't block later calls. */
export function createAccessTokens({ getToken, timeoutMs, clock, report }: HttpApiSettings): AccessTokens {
  let current: AccessToken | null = null;
  let refused: string | null = null;
  let flight: Flight | null = null;
  let heldSince = 0;
  let holdMs = 0;

  /** Also false when the clock was set back, so that no hold outlasts its time by much. */
  const isYounger = (since: EpochMs, ms: number) => {
    const age = clock.now() - since;
    return age >= 0 && age < ms;
  };

  const takeOff = (): Flight => {
    const controller = new AbortController();
    const end = () => {
      if (flight === started) flight = null;
    };
    const landed = bounded(
      (signal) => getToken({ reason: refused === null ? "first" : "expired", refused, signal }),
      {
        deadline: { clock, ms: timeoutMs },
        signal: controller.signal,
      },
    ).then((outcome) => {
      end();
      if (outcome.kind === "threw") report("getToken", outcome.error, null);
      if (outcome.kind !== "done") return null;
      const given: unknown = outcome.value;
      // One that was read from a file or a command often ends with a line break.
      const value = typeof given === "string" ? given.trim() : "";
      if (!headerSafe.test(value)) {
        report("getToken", new TypeError("getToken gave something else than visible ASCII text"), []);
        return null;
      }
      current = { value, receivedAt: clock.now() };
      return current;
    });
    const abandon = () => {
      end();
      controller.abort();
    };
    const started = { landed, abandon, waiting: 0 };
    return started;
  };

  return {
    acquire: async (signal) => {
      if (signal.aborted) return null;
      if (current !== null) return current;
      const joined = (flight ??= takeOff());
      joined.waiting += 1;
      const outcome = await bounded(() => joined.landed, { signal });
      joined.waiting -= 1;
      if (outcome.kind === "done") return outcome.value;
      if (joined.waiting === 0) joined.abandon();
      return null;
    },
    refused: (token, isRepeat) => {
      if (token !== current) return true;
      if (isYounger(heldSince, holdMs)) return false;
      if (isRepeat && isYounger(token.receivedAt, LONGEST_HOLD_MS)) {
        heldSince = clock.now();
        holdMs = Math.min(Math.max(2 * holdMs, FIRST_HOLD_MS), LONGEST_HOLD_MS);
        return false;
      }
      current = null;
      refused = token.value;
      return true;
    },
    helped: () => {
      holdMs = 0;
    },
  };
}
