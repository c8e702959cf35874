import { systemClock, type EpochMs, type VerificationView } from "@veristep/core";
import * as Effect from "effect/Effect";
import { codeRequest } from "./code-request.js";
import { NoCodes, type CodeAnswer, type CodeRequest } from "../codes/code-source.port.js";
import { NeedsPerson } from "./flow-errors.js";
import { settledFor, type DriveManner, type DriveOptions, type Parked, type Run } from "./flow-run.js";
import { waitOut } from "./wait-out.js";
import { LAST_LOOK_MS, sleep, untilTime, viewWhere } from "./waiting.js";

const DEFAULT_RESEND_AFTER_MS = 60_000;
const DEFAULT_RESENDS = 2;

/** A code that was sent long ago may still wait to be fetched by a flow that resumes. */
const LEAST_WAIT_MS = 15_000;

/** One for all who have tried none. */
const noCodes: ReadonlySet<string> = new Set();

/** Requests a new code: at once, or as soon as that is allowed. */
const resend = Effect.fnUntraced(function* (
  options: DriveOptions,
  noLongerWanted: Effect.Effect<null>,
): Effect.fn.Return<void, NoCodes> {
  const { verification, clock = systemClock } = options;
  if (verification.resend().isOk()) return;
  const at = verification.view().resend?.availableAt ?? null;
  if (at === null) {
    yield* noLongerWanted;
    return;
  }
  const allowed = untilTime(at, clock).pipe(Effect.as("allowed" as const), Effect.raceFirst(noLongerWanted));
  const end = yield* waitOut(options, { reason: "resend", until: at }, allowed);
  if (end === "allowed") verification.resend();
});

const isConfirming = ({ activities }: VerificationView): boolean =>
  activities.some((activity) => activity === "confirming" || activity === "reconciling");

/**
 * Enters a code, and sees whether it was looked at: one that was turned away unseen is as good as before.
 *
 * @returns until when the entry is locked, where that kept the code from being entered.
 */
const submit = Effect.fnUntraced(function* (
  { verification }: DriveOptions,
  run: Run,
  code: string,
): Effect.fn.Return<EpochMs | null> {
  run.tried.add(code);
  const taken = verification.submitCode(code);
  if (taken.isErr()) {
    if (taken.error.kind !== "lock") return null;
    run.tried.delete(code);
    return taken.error.until;
  }
  const view = yield* viewWhere(verification, (now) => !isConfirming(now));
  if (view.lock?.by === "service") run.tried.delete(code);
  return null;
});

/**
 * Carries out what the source said.
 *
 * @returns until when the entry is locked, where that kept it from being carried out.
 */
const act = Effect.fnUntraced(function* (
  options: DriveOptions,
  run: Run,
  answer: CodeAnswer,
  noLongerWanted: Effect.Effect<null>,
): Effect.fn.Return<EpochMs | null, NoCodes> {
  const { verification } = options;
  switch (answer.kind) {
    case "code":
      return yield* submit(options, run, answer.code);
    case "resend":
      yield* resend(options, noLongerWanted);
      break;
    case "changePhone":
      if (verification.changePhone().isOk()) {
        [run.phone, run.phoneIsNew] = [answer.phone, true];
      }
      break;
    case "cancel":
      verification.cancel();
  }
  return null;
});

/** When the runner requests a new code: the newest had long enough to arrive, and a resend is allowed. */
function resendTime(options: DriveOptions, run: Run, view: VerificationView, request: CodeRequest): EpochMs {
  const { resendAfterMs = DEFAULT_RESEND_AFTER_MS, clock = systemClock } = options;
  const key = `${request.channel}/${request.generation}`;
  if (run.waiting?.key !== key) run.waiting = { key, since: clock.now(), wasLate: false };
  const { since } = run.waiting;
  const patience =
    request.sentAt === null
      ? since + resendAfterMs
      : // A clock that was set back mustn't make a wait of it.
        Math.min(
          Math.max(request.sentAt + resendAfterMs, since + Math.min(LEAST_WAIT_MS, resendAfterMs)),
          since + resendAfterMs,
        );
  return Math.max(patience, view.resend?.availableAt ?? patience, view.lock?.until ?? patience);
}

/** Waits for a code and enters it, or does what the user wants instead; requests a new one when none comes. */
export const enterCode = Effect.fnUntraced(function* (
  options: DriveOptions,
  manner: DriveManner,
  run: Run,
  view: VerificationView,
): Effect.fn.Return<Parked | null, NoCodes | NeedsPerson> {
  const { verification, codes, userId, clock = systemClock } = options;
  const { parkAfterMs } = manner;
  const isSettled = settledFor(manner);
  // The same code may be right for the other contact, or when it is sent again (B10).
  const triedFor = `${view.channel}/${view.code?.generation}`;
  if (run.triedFor !== null && run.triedFor !== triedFor) run.tried.clear();
  run.triedFor = triedFor;
  const request = codeRequest(view, {
    userId,
    destination: view.channel === "email" ? options.email : run.phone,
    sendBeganAt: run.sends.beganAt(),
    refused: run.tried,
  });
  if (request === null) return null;

  const noLongerWanted = viewWhere(
    verification,
    (now) => now.step !== view.step || now.code?.generation !== request.generation || !isSettled(now),
  ).pipe(Effect.as(null));

  const parked = (wakeAt: EpochMs, held: CodeAnswer | null): Parked => {
    const tried = run.tried.size === 0 ? noCodes : run.tried;
    const waiting = { ...request, refused: tried, view: null };
    return { kind: "parked", request: waiting, wakeAt, held, memory: { tried, resends: run.resends } };
  };
  const carryOut = Effect.fnUntraced(function* (
    answer: CodeAnswer,
  ): Effect.fn.Return<Parked | null, NoCodes> {
    const lockedUntil = yield* act(options, run, answer, noLongerWanted);
    if (lockedUntil === null) return null;
    if (parkAfterMs !== null) return parked(lockedUntil, answer);
    yield* waitOut(options, { reason: "lock", until: lockedUntil }, untilTime(lockedUntil, clock));
    return null;
  });

  const { resumed } = run;
  run.resumed = null;
  const isSame = resumed?.channel === request.channel && resumed.generation === request.generation;
  if (isSame && resumed.answer !== null) {
    if (resumed.answer instanceof NoCodes) return yield* resumed.answer;
    return yield* carryOut(resumed.answer);
  }

  const byItself = codes.asksPerson !== true;
  // Its time was over while it was parked, and the source has had its last look: what came since is there at once.
  const isTime = isSame && byItself && (view.resend?.allowed ?? false);
  const wakeAt = isTime ? clock.now() : resendTime(options, run, view, request);
  const tooLong = byItself ? untilTime(wakeAt, clock).pipe(Effect.as("tooLong" as const)) : Effect.never;
  const over =
    parkAfterMs === null || isTime
      ? tooLong
      : sleep(Math.min(parkAfterMs, Math.max(wakeAt - clock.now(), 0)), clock).pipe(
          Effect.as("park" as const),
        );
  const answer = yield* codes.next(request).pipe(Effect.raceFirst(noLongerWanted), Effect.raceFirst(over));

  if (answer === null) return null;
  if (answer === "park") return parked(wakeAt, null);
  if (answer !== "tooLong") return yield* carryOut(answer);
  const { waiting } = run;
  // The machine may have been suspended: the timer then fires before a code that has arrived is seen (B1). A process
  // that is always late continues the second time (B16).
  if (waiting?.wasLate === false && clock.now() - wakeAt > LAST_LOOK_MS) {
    run.waiting = { ...waiting, since: clock.now(), wasLate: true };
    return null;
  }
  if (run.resends >= (options.maxAutoResends ?? DEFAULT_RESENDS)) {
    return yield* new NeedsPerson({ awaiting: "code", view });
  }
  run.resends += 1;
  yield* resend(options, noLongerWanted);
  return null;
});
