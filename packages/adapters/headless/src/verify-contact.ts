import {
  systemClock,
  type Clock,
  type EpochMs,
  type Unverified,
  type Verification,
  type VerificationView,
  type Verified,
} from "@veristep/core";
import * as Cause from "effect/Cause";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as EffectResult from "effect/Result";
import { err, ok, type Result } from "neverthrow";
import type { CodeSource } from "./code-source.port.js";
import { sleep, viewWhere } from "./waiting.js";

export interface VerifyContactOptions {
  /** The flow to drive; it is started here. */
  readonly verification: Verification;
  readonly codes: CodeSource;
  /** Whose flow it is: passed on to the code source. */
  readonly userId: number;
  /** The number to give when the flow asks for one, in E.164 form. */
  readonly phoneNumber?: string | undefined;
  /** Asks for another code when none has come for so long, in ms. @defaultValue 60,000 */
  readonly resendAfterMs?: number | undefined;
  /** The clock of the flow; waits here go by it as well. @defaultValue the machine's own */
  readonly clock?: Clock | undefined;
}

/** No code came for too long. */
const RESEND = Symbol("resend");

/** The flow has ended without verifying. */
export class FlowEnded extends Data.TaggedError("FlowEnded")<{ readonly reason: Unverified }> {
  override get message(): string {
    return `The verification ended: ${this.reason.kind}.`;
  }
}

/** Nothing but a person can take the flow on. */
export class NeedsPerson extends Data.TaggedError("NeedsPerson")<{
  /** What is asked for: a phone number that can be used, or to retry after `failure`. */
  readonly asksFor: "phoneNumber" | "retry";
  readonly view: VerificationView;
}> {
  override get message(): string {
    const because = this.view.failure === null ? "" : ` (last failure: ${this.view.failure.kind})`;
    return this.asksFor === "phoneNumber"
      ? `The verification needs a phone number${because}.`
      : `The verification waits for a person to retry${because}.`;
  }
}

/** The code source can't give codes. */
export class NoCodes extends Data.TaggedError("NoCodes")<{ readonly cause: unknown }> {
  override get message(): string {
    return `No code could be had: ${this.cause instanceof Error ? this.cause.message : "the source failed"}`;
  }
}

export type VerifyContactError = FlowEnded | NeedsPerson | NoCodes;

const DEFAULT_RESEND_AFTER_MS = 60_000;

/** Whether there is something to do. While a code is being sent there isn't: the one before is dying (B4). */
const isSettled = (view: VerificationView): boolean =>
  (view.asksFor !== "nothing" && !view.activities.includes("sending")) ||
  view.step === "verified" ||
  view.step === "failed";

const untilTime = (at: EpochMs, clock: Clock): Effect.Effect<void> =>
  sleep(Math.max(at - clock.now(), 0), clock);

/** Gives the number as soon as one is taken: a new number waits for the cooldown as well. */
const givePhoneNumber = Effect.fnUntraced(function* (
  { verification, clock = systemClock }: VerifyContactOptions,
  phoneNumber: string,
  view: VerificationView,
): Effect.fn.Return<void, NeedsPerson> {
  if (view.number?.at !== undefined && view.number.at !== null) yield* untilTime(view.number.at, clock);
  const taken = verification.submitPhone(phoneNumber);
  if (taken.isErr() && taken.error.kind === "phoneFormat") {
    return yield* new NeedsPerson({ asksFor: "phoneNumber", view });
  }
});

/** Waits for a code and enters it; asks for another one when none comes. */
const enterCode = Effect.fnUntraced(function* (
  options: VerifyContactOptions,
  view: VerificationView,
  tried: Set<string>,
): Effect.fn.Return<void, NoCodes> {
  const { verification, codes, userId, clock = systemClock } = options;
  const { channel, code } = view;
  if (channel === null || code === null) return;

  const newCode = Effect.tryPromise({
    try: (signal) => codes.next({ userId, channel, sentAt: code.sentAt, refused: tried, signal }),
    catch: (cause) => new NoCodes({ cause }),
  });
  const noLongerWanted = viewWhere(
    verification,
    (now) => now.step !== view.step || now.code?.generation !== code.generation || !isSettled(now),
  ).pipe(Effect.as(null));
  const patience = sleep(options.resendAfterMs ?? DEFAULT_RESEND_AFTER_MS, clock).pipe(Effect.as(RESEND));

  const outcome = yield* newCode.pipe(Effect.raceFirst(noLongerWanted), Effect.raceFirst(patience));
  if (outcome === null) return;
  if (outcome === RESEND) {
    // Where it can't be asked for yet, the next round waits for it again.
    verification.resend();
    return;
  }
  tried.add(outcome);
  const taken = verification.submitCode(outcome);
  if (taken.isErr() && taken.error.kind === "locked") yield* untilTime(taken.error.until, clock);
});

/**
 * Drives one flow to its end without a user interface.
 *
 * It ends with `NeedsPerson` as soon as the automatic repeats of a call are spent. Codes come from the source; one that was tried is not tried again; when none comes, another one is asked for.
 * Interrupting it stops the flow at once, with nothing under way; its record takes it up again.
 */
export const verifyContact = Effect.fnUntraced(
  function* (options: VerifyContactOptions): Effect.fn.Return<Verified, VerifyContactError> {
    const { verification, phoneNumber } = options;
    const tried = new Set<string>();
    verification.start();
    for (;;) {
      const view = yield* viewWhere(verification, isSettled);
      if (view.step === "verified") return view.evidence;
      if (view.ended !== null) return yield* new FlowEnded({ reason: view.ended });
      if (view.canRetry) return yield* new NeedsPerson({ asksFor: "retry", view });
      if (view.asksFor === "code") {
        yield* enterCode(options, view, tried);
        continue;
      }
      // A number that was refused once would be refused again.
      if (phoneNumber === undefined || view.failure?.about === "phoneNumber") {
        return yield* new NeedsPerson({ asksFor: "phoneNumber", view });
      }
      yield* givePhoneNumber(options, phoneNumber, view);
    }
  },
  (effect, { verification }) => Effect.onInterrupt(effect, () => Effect.sync(verification.stop)),
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
    if (signal?.aborted === true) return err(new FlowEnded({ reason: { kind: "stopped" } }));
    throw Cause.squash(exit.cause);
  }
  return EffectResult.isSuccess(exit.value) ? ok(exit.value.success) : err(exit.value.failure);
}
