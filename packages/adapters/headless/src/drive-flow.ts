import {
  systemClock,
  type Channel,
  type Clock,
  type EpochMs,
  type Verification,
  type VerificationView,
  type Verified,
} from "@veristep/core";
import * as Effect from "effect/Effect";
import { codeRequest, watchSends, type SendWatch } from "./code-request.js";
import {
  NoCodes,
  type CodeAnswer,
  type CodeRequest,
  type CodeSource,
  type PhoneAnswer,
} from "./code-source.port.js";
import { FlowEnded, NeedsPerson, type VerifyContactError } from "./flow-errors.js";
import { sleep, viewWhere } from "./waiting.js";

/** What it takes to drive one flow. */
export interface DriveOptions {
  readonly verification: Verification;
  readonly codes: CodeSource;
  readonly userId: number;
  readonly email?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly resendAfterMs?: number | undefined;
  readonly resends?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** How a flow is driven by one that has many of them. */
export interface DriveManner {
  /**
   * Asked when the automatic repeats of a call are spent: waits for as long as makes sense, and says whether the
   * flow goes on.
   */
  readonly goesOn: (view: VerificationView) => Effect.Effect<boolean>;
  /** Gives up the flow's actor when a code has not come for so long, in ms; null: never. */
  readonly parkAfterMs: number | null;
  /** Where the flow was when it was parked, and why it is taken up again. */
  readonly resumed: Resumed | null;
}

/** A flow that waits for a code. With its stored record this is all that is left of it. */
export interface Parked {
  readonly kind: "parked";
  readonly request: CodeRequest;
  /** When to go on although no code has come, in epoch ms. */
  readonly wakeAt: EpochMs;
  readonly memory: Memory;
}

export interface Resumed {
  readonly request: CodeRequest;
  readonly memory: Memory;
  /** What the source said, or why it can't; null: it is time to go on without a code. */
  readonly answer: CodeAnswer | NoCodes | null;
}

/** What has to outlive a flow's actor, beyond its record. */
interface Memory {
  /** Codes that were entered: none is entered twice. */
  readonly tried: ReadonlySet<string>;
  /** Codes that were asked for because none came. */
  readonly resends: number;
}

/** What one run keeps in mind. */
interface Run {
  readonly tried: Set<string>;
  resends: number;
  readonly sends: SendWatch;
  /** The number to give: the one from the options, or a later one from the person. */
  phoneNumber: string | undefined;
  /** Whether that number is still to be given. */
  numberIsNew: boolean;
  /** Since when the flow waits for the code of this generation. */
  waiting: { readonly key: string; readonly since: EpochMs } | null;
  resumed: Resumed | null;
}

const DEFAULT_RESEND_AFTER_MS = 60_000;
const DEFAULT_RESENDS = 2;

/** A code that was sent long ago may be waiting to be fetched, by a flow that is taken up again. */
const LEAST_WAIT_MS = 15_000;

/** One for all who have tried none. */
const noCodes: ReadonlySet<string> = new Set();

/** Whether there is something to do. While a code is being sent there isn't: the one before is dying (B4). */
const isSettled = (view: VerificationView): boolean =>
  (view.asksFor !== "nothing" && !view.activities.includes("sending")) ||
  view.step === "verified" ||
  view.step === "failed";

const untilTime = (at: EpochMs, clock: Clock): Effect.Effect<void> =>
  sleep(Math.max(at - clock.now(), 0), clock);

const contactOf = (channel: Channel | null, { email }: DriveOptions, run: Run) =>
  channel === "email" ? email : run.phoneNumber;

/** Gives the number as soon as one is taken: a new number waits for the cooldown as well. */
const givePhoneNumber = Effect.fnUntraced(function* (
  { verification, clock = systemClock }: DriveOptions,
  phoneNumber: string,
  view: VerificationView,
) {
  if (view.number?.at !== undefined && view.number.at !== null) yield* untilTime(view.number.at, clock);
  const taken = verification.submitPhone(phoneNumber);
  return taken.isOk() || taken.error.kind !== "phoneFormat";
});

/** Provides the number that the flow asks for: the one that is known, else one from the person, if there is one. */
const providePhoneNumber = Effect.fnUntraced(function* (
  options: DriveOptions,
  run: Run,
  view: VerificationView,
): Effect.fn.Return<void, NeedsPerson | NoCodes> {
  const { verification, codes, userId } = options;
  // A number that was refused once would be refused again.
  const wasRefused = view.failure?.about === "phoneNumber" && !run.numberIsNew;
  const given = wasRefused ? undefined : run.phoneNumber;
  if (given !== undefined) {
    run.numberIsNew = false;
    if (yield* givePhoneNumber(options, given, view)) return;
  }
  if (codes.phoneNumber === undefined) {
    return yield* new NeedsPerson({ asksFor: "phoneNumber", view });
  }
  const noLongerAsked = viewWhere(verification, (now) => now.asksFor !== "phoneNumber").pipe(Effect.as(null));
  const answer: PhoneAnswer | null = yield* codes
    .phoneNumber({ userId, problem: given !== undefined ? "phoneFormat" : null, view })
    .pipe(Effect.raceFirst(noLongerAsked));
  if (answer?.kind === "cancel") verification.cancel();
  if (answer?.kind === "phoneNumber") [run.phoneNumber, run.numberIsNew] = [answer.phoneNumber, true];
});

/** Asks for another code: at once, or as soon as that is allowed. */
const resend = Effect.fnUntraced(function* (
  { verification, clock = systemClock }: DriveOptions,
  noLongerWanted: Effect.Effect<null>,
) {
  if (verification.resend().isOk()) return;
  const at = verification.view().resend?.at ?? null;
  const allowed = at === null ? Effect.never : untilTime(at, clock);
  const isAllowed = yield* allowed.pipe(Effect.as(true), Effect.raceFirst(noLongerWanted));
  if (isAllowed === true) verification.resend();
});

/** Carries out what the source said. */
const act = Effect.fnUntraced(function* (
  options: DriveOptions,
  { parkAfterMs }: DriveManner,
  run: Run,
  answer: CodeAnswer,
  noLongerWanted: Effect.Effect<null>,
) {
  const { verification, clock = systemClock } = options;
  switch (answer.kind) {
    case "code": {
      run.tried.add(answer.code);
      const taken = verification.submitCode(answer.code);
      // One that can be parked waits in the lot for the lock to open.
      if (taken.isErr() && taken.error.kind === "locked" && parkAfterMs === null) {
        yield* untilTime(taken.error.until, clock);
      }
      return;
    }
    case "resend":
      return yield* resend(options, noLongerWanted);
    case "changePhone":
      if (verification.changePhone().isOk()) {
        [run.phoneNumber, run.numberIsNew] = [answer.phoneNumber, true];
      }
      return;
    case "cancel":
      verification.cancel();
  }
});

/** When to ask for another code by ourselves: when the newest had long enough, and another one may be asked for. */
function resendTime(options: DriveOptions, run: Run, view: VerificationView, request: CodeRequest): EpochMs {
  const { resendAfterMs = DEFAULT_RESEND_AFTER_MS, clock = systemClock } = options;
  const key = `${request.channel}/${request.generation}`;
  if (run.waiting?.key !== key) run.waiting = { key, since: clock.now() };
  const { since } = run.waiting;
  const patience =
    request.sentAt === null
      ? since + resendAfterMs
      : // A clock that was set back mustn't make a wait of it.
        Math.min(
          Math.max(request.sentAt + resendAfterMs, since + Math.min(LEAST_WAIT_MS, resendAfterMs)),
          since + resendAfterMs,
        );
  return Math.max(patience, view.resend?.at ?? patience, view.lock?.until ?? patience);
}

/** Waits for a code and enters it, or does what the person wants instead; asks for another one when none comes. */
const enterCode = Effect.fnUntraced(function* (
  options: DriveOptions,
  manner: DriveManner,
  run: Run,
  view: VerificationView,
): Effect.fn.Return<Parked | null, NoCodes | NeedsPerson> {
  const { verification, codes, userId, clock = systemClock } = options;
  const { parkAfterMs } = manner;
  const request = codeRequest(view, {
    userId,
    destination: contactOf(view.channel, options, run),
    sendBeganAt: run.sends.beganAt(),
    refused: run.tried,
  });
  if (request === null) return null;

  const noLongerWanted = viewWhere(
    verification,
    (now) => now.step !== view.step || now.code?.generation !== request.generation || !isSettled(now),
  ).pipe(Effect.as(null));

  const { resumed } = run;
  run.resumed = null;
  const isSame =
    resumed?.request.channel === request.channel && resumed.request.generation === request.generation;
  if (isSame && resumed.answer !== null) {
    if (resumed.answer instanceof NoCodes) return yield* resumed.answer;
    yield* act(options, manner, run, resumed.answer, noLongerWanted);
    return null;
  }

  const byItself = codes.asksPerson !== true;
  const wakeAt = byItself ? resendTime(options, run, view, request) : Number.POSITIVE_INFINITY;
  const isTime = isSame && byItself && (view.resend?.possible ?? false);
  const tooLong = byItself ? untilTime(wakeAt, clock).pipe(Effect.as("tooLong" as const)) : Effect.never;
  const patience =
    parkAfterMs === null
      ? Effect.never
      : sleep(Math.min(parkAfterMs, Math.max(wakeAt - clock.now(), 0)), clock).pipe(
          Effect.as("park" as const),
        );
  const answer = isTime
    ? ("tooLong" as const)
    : yield* codes
        .next(request)
        .pipe(Effect.raceFirst(noLongerWanted), Effect.raceFirst(tooLong), Effect.raceFirst(patience));

  if (answer === null) return null;
  if (answer === "park" && wakeAt > clock.now()) {
    const tried = run.tried.size === 0 ? noCodes : run.tried;
    const waiting = { ...request, refused: tried, view: null };
    const memory = { tried, resends: run.resends };
    return { kind: "parked", request: waiting, wakeAt, memory };
  }
  if (answer !== "park" && answer !== "tooLong") {
    yield* act(options, manner, run, answer, noLongerWanted);
    return null;
  }
  if (run.resends >= (options.resends ?? DEFAULT_RESENDS)) {
    return yield* new NeedsPerson({ asksFor: "code", view });
  }
  run.resends += 1;
  yield* resend(options, noLongerWanted);
  return null;
});

const turns = Effect.fnUntraced(function* (
  options: DriveOptions,
  manner: DriveManner,
  run: Run,
): Effect.fn.Return<Verified | Parked, VerifyContactError> {
  const { verification } = options;
  verification.start();
  for (;;) {
    const view = yield* viewWhere(verification, isSettled);
    if (view.step === "verified") return view.evidence;
    if (view.ended !== null) return yield* new FlowEnded({ reason: view.ended });
    if (view.canRetry) {
      if (!(yield* manner.goesOn(view))) return yield* new NeedsPerson({ asksFor: "retry", view });
      verification.retry();
    } else if (view.asksFor === "code") {
      const parked = yield* enterCode(options, manner, run, view);
      if (parked !== null) return parked;
    } else {
      yield* providePhoneNumber(options, run, view);
    }
  }
});

/**
 * Drives a flow until it ends, nobody but a person can take it on, or it is parked. Interrupting it stops the flow
 * at once.
 */
export const driveFlow = (
  options: DriveOptions,
  manner: DriveManner,
): Effect.Effect<Verified | Parked, VerifyContactError> =>
  Effect.acquireUseRelease(
    Effect.sync(() => watchSends(options.verification, options.clock ?? systemClock)),
    (sends) =>
      turns(options, manner, {
        tried: new Set(manner.resumed?.memory.tried),
        resends: manner.resumed?.memory.resends ?? 0,
        sends,
        phoneNumber: options.phoneNumber,
        numberIsNew: true,
        waiting: null,
        resumed: manner.resumed,
      }),
    ({ stop }) => Effect.sync(stop),
  ).pipe(Effect.onInterrupt(() => Effect.sync(options.verification.stop)));
