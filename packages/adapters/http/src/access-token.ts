import type { ApiFailure, Clock } from "@veristep/core";
import { err, ok, type Result } from "neverthrow";
import { bounded } from "./bounded.js";

/** What the host is told when it is asked for a token. */
export interface TokenRequest {
  /** `expired`: the service has answered 401 to the token that was given last, so a cached one won't do. */
  readonly reason: "first" | "expired";
  /** Aborts when nobody waits for the token any more, or at the deadline. */
  readonly signal: AbortSignal;
}

/**
 * Gets an access token for the API, without "Bearer ". It is kept until the service answers 401 to it.
 *
 * Throwing, rejecting, taking longer than `timeoutMs`, or giving anything but visible ASCII characters fails
 * the calls that wait, as `tokenUnavailable`; the next call asks again.
 */
export type GetToken = (request: TokenRequest) => string | Promise<string>;

/** One token, as an object: the same text given twice is still two tokens. */
interface AccessToken {
  readonly value: string;
}

/** The one token that all calls of an adapter share. */
export interface AccessTokens {
  /** The token in use, or a new one. Calls that wait share one request for it (B11, B45). */
  acquire(signal: AbortSignal | undefined): Promise<Result<AccessToken, ApiFailure>>;
  /** Says that the service refused this token. Nothing happens when a newer one is in use. */
  expire(token: AccessToken): void;
}

/** One request for a token, shared by all calls that wait for it. */
interface Flight {
  readonly landed: Promise<AccessToken | null>;
  readonly abandon: () => void;
  waiting: number;
}

const unreachable: ApiFailure = { kind: "unreachable", traceId: null, origin: "client" };
const tokenUnavailable: ApiFailure = { kind: "tokenUnavailable", traceId: null, origin: "client" };

// Anything else is refused by `Headers`, or ends the header line.
const headerSafe = /^[\x21-\x7e]+$/;

/** @param timeoutMs the deadline of one request for a token. */
export function createAccessTokens(getToken: GetToken, timeoutMs: number, clock: Clock): AccessTokens {
  let current: AccessToken | null = null;
  let reason: TokenRequest["reason"] = "first";
  let flight: Flight | null = null;

  const takeOff = (): Flight => {
    const controller = new AbortController();
    const end = () => {
      if (flight === started) flight = null;
    };
    const landed = bounded((signal) => getToken({ reason, signal }), {
      deadline: { clock, ms: timeoutMs },
      signal: controller.signal,
    }).then((outcome) => {
      end();
      if (outcome.kind !== "done") return null;
      const value: unknown = outcome.value;
      if (typeof value !== "string" || !headerSafe.test(value)) return null;
      current = { value };
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
      if (signal?.aborted) return err(unreachable);
      if (current !== null) return ok(current);
      const joined = (flight ??= takeOff());
      joined.waiting += 1;
      const outcome = await bounded(() => joined.landed, { signal });
      joined.waiting -= 1;
      if (outcome.kind === "aborted") {
        if (joined.waiting === 0) joined.abandon();
        return err(unreachable);
      }
      return outcome.kind === "done" && outcome.value !== null ? ok(outcome.value) : err(tokenUnavailable);
    },
    expire: (token) => {
      if (token !== current) return;
      current = null;
      reason = "expired";
    },
  };
}
