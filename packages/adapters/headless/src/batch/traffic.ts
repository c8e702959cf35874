import type { ApiFailure, Clock, VerificationApi } from "@veristep/core";
import { err } from "neverthrow";
import { wrapApi } from "../flow/wrap-api.js";
import { createPacer, unpaced, type Pacer } from "./pacer.js";

export interface TrafficOptions {
  readonly api: VerificationApi;
  readonly clock: Clock;
  /** Calls of all kinds in a second, at most. */
  readonly callsPerSecond?: number | undefined;
  /** Calls in a second that send a code, at most. */
  readonly sendsPerSecond?: number | undefined;
}

/** What many flows share on their way to one service: rates, and the pauses that it asks for. */
export interface Traffic {
  /** The same API; each call waits for its turn. */
  readonly api: VerificationApi;
  /**
   * For a flow that could not continue without a valid token: stops all calls for a while, longer each time, and
   * waits until that is over (B45).
   *
   * @returns for how long, in ms, there has been no good token.
   */
  pauseForToken(): Promise<number>;
  /** The last call was made: a pause that is under way keeps no process alive (B44). */
  end(): void;
}

const SENDS: ReadonlySet<keyof VerificationApi> = new Set([
  "sendEmailCode",
  "sendPhoneCode",
  "resendPhoneCode",
]);

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** The longest pause while no token is available: it may be available again at any time. */
const LONGEST_TOKEN_PAUSE_MS = 30_000;

export function createTraffic({ api, clock, callsPerSecond, sendsPerSecond }: TrafficOptions): Traffic {
  const calls = callsPerSecond === undefined ? unpaced : createPacer(callsPerSecond, clock);
  const sends = sendsPerSecond === undefined ? unpaced : createPacer(sendsPerSecond, clock);

  let closedUntil = 0;
  let opening: {
    readonly opened: Promise<void>;
    readonly cancel: () => void;
    readonly open: () => void;
  } | null = null;
  let throttledInARow = 0;
  let tokenPauses = 0;
  let withoutTokenSince: number | null = null;

  /** Lets nothing through for that long. A pause that is under way only ever gets longer. */
  const close = (ms: number) => {
    const until = clock.now() + ms;
    if (opening !== null && until <= closedUntil) return;
    closedUntil = until;
    let open = opening?.open ?? (() => {});
    const opened =
      opening?.opened ??
      new Promise<void>((resolve) => {
        open = resolve;
      });
    opening?.cancel();
    const cancel = clock.schedule(() => {
      opening = null;
      open();
    }, ms);
    opening = { opened, cancel, open };
  };

  const isClosed = () => opening !== null;

  const whileClosed = async (signal: AbortSignal): Promise<void> => {
    for (let pause = opening; pause !== null && !signal.aborted; pause = opening) {
      let giveUp = () => {};
      const aborted = new Promise<void>((resolve) => {
        giveUp = resolve;
      });
      signal.addEventListener("abort", giveUp);
      await Promise.race([pause.opened, aborted]);
      signal.removeEventListener("abort", giveUp);
    }
  };

  /** @returns false when the caller has given up. */
  const admit = async (pacers: readonly Pacer[], signal: AbortSignal): Promise<boolean> => {
    // A pause may begin while a call waits for its turn. Turns are then taken again, or all would go at once (B43).
    do {
      await whileClosed(signal);
      for (const pacer of pacers) if (!(await pacer.turn(signal))) return false;
    } while (isClosed());
    return !signal.aborted;
  };

  const learn = (failure: ApiFailure | null, operation: keyof VerificationApi) => {
    if (failure?.kind === "throttled") {
      // Without a time it may be the documented 400 about this one user.
      if (operation === "resendPhoneCode" && failure.retryAfterMs === null) return;
      throttledInARow += 1;
      const ownPause = FIRST_PAUSE_MS * 2 ** Math.min(throttledInARow - 1, 6);
      close(Math.min(failure.retryAfterMs ?? ownPause, LONGEST_PAUSE_MS));
      return;
    }
    if (failure?.kind === "tokenUnavailable" || failure?.kind === "unauthorized") {
      withoutTokenSince ??= clock.now();
      return;
    }
    // These say nothing of the service's mood.
    if (failure?.kind === "unreachable" || failure?.kind === "noAnswer") return;
    throttledInARow = 0;
    tokenPauses = 0;
    withoutTokenSince = null;
  };

  const one = [calls];
  const both = [sends, calls];
  return {
    api: wrapApi(api, async ({ operation, signal, run }) => {
      if (!(await admit(SENDS.has(operation) ? both : one, signal)))
        return err({ kind: "unreachable", traceId: null, origin: "client" });
      const result = await run();
      if (!signal.aborted) learn(result.isErr() ? result.error : null, operation);
      return result;
    }),
    pauseForToken: async () => {
      withoutTokenSince ??= clock.now();
      const since = withoutTokenSince;
      if (opening === null) {
        close(Math.min(FIRST_PAUSE_MS * 2 ** Math.min(tokenPauses, 10), LONGEST_TOKEN_PAUSE_MS));
        tokenPauses += 1;
      }
      await opening?.opened;
      return clock.now() - since;
    },
    end: () => {
      opening?.cancel();
    },
  };
}
