import { systemClock, type Clock, type Verified } from "@veristep/core";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as EffectResult from "effect/Result";
import { err, ok, type Result } from "neverthrow";
import { driveFlow } from "./drive-flow.js";
import { FlowEnded, type VerifyContactError } from "./flow-errors.js";
import type { DriveManner, DriveOptions } from "./flow-run.js";
import { observed } from "./telemetry.js";
import { sleep } from "./waiting.js";

/** How to verify a contact without a user interface. */
export interface VerifyContactOptions extends DriveOptions {
  /**
   * How often the flow retries by itself after the retries of a call have run out. It waits 5 seconds
   * before the first time, and twice as long before each further one, 5 minutes at most.
   *
   * @defaultValue 0
   */
  readonly maxAutoRetries?: number | undefined;
}

const FIRST_ROUND_MS = 5_000;
const LONGEST_ROUND_MS = 300_000;

/** Continues up to `maxAutoRetries` times after the retries of a call have run out, after longer and longer waits. */
export function inRounds(maxAutoRetries: number, clock: Clock): DriveManner["goesOn"] {
  let rounds = 0;
  return () =>
    Effect.suspend(() => {
      if (rounds >= maxAutoRetries) return Effect.succeed(false);
      rounds += 1;
      const wait = Math.min(FIRST_ROUND_MS * 2 ** (rounds - 1), LONGEST_ROUND_MS);
      return sleep(wait, clock).pipe(Effect.as(true));
    });
}

/**
 * Drives one flow to its end without a user interface.
 *
 * It ends with `NeedsPerson` when the retries of a call have run out, and those of `maxAutoRetries`. Codes come from the
 * source; one that was tried is not tried again; when none comes, the flow requests a new one. A user behind the source
 * may request one earlier, give another number, or cancel.
 * Interrupting it stops the flow at once, with nothing under way; its record takes it up again.
 *
 * With {@link Telemetry} switched on, it is one span with an event for each step, and counts.
 */
export const verifyContact = (options: VerifyContactOptions): Effect.Effect<Verified, VerifyContactError> =>
  observed(
    options.verification,
    Effect.suspend(() =>
      driveFlow(options, {
        goesOn: inRounds(options.maxAutoRetries ?? 0, options.clock ?? systemClock),
        parkAfterMs: null,
        resumed: null,
      }),
    ).pipe(
      Effect.flatMap((end) =>
        // `parkAfterMs` is null: no flow is parked.
        "kind" in end ? Effect.die(new Error("A flow was parked")) : Effect.succeed(end),
      ),
    ),
  );

/**
 * {@link verifyContact} as a promise, for those who don't use Effect.
 *
 * @param signal stops the flow; the promise then resolves with `FlowEnded`, for the reason "stopped".
 * @returns rejects only with a defect: something that must not happen did.
 */
export async function runVerifyContact(
  options: VerifyContactOptions,
  signal?: AbortSignal,
): Promise<Result<Verified, VerifyContactError>> {
  const exit = await Effect.runPromiseExit(Effect.result(verifyContact(options)), { signal });
  if (Exit.isFailure(exit)) {
    if (signal?.aborted === true) return err(new FlowEnded({ reason: { kind: "suspended" } }));
    throw Cause.squash(exit.cause);
  }
  return EffectResult.isSuccess(exit.value) ? ok(exit.value.success) : err(exit.value.failure);
}
