import { systemClock, type VerificationView, type Verified } from "@veristep/core";
import * as Effect from "effect/Effect";
import { watchSends } from "./code-request.js";
import { enterCode } from "./enter-code.js";
import { FlowEnded, NeedsPerson, type VerifyContactError } from "./flow-errors.js";
import {
  isLocked,
  settledFor,
  type DriveManner,
  type DriveOptions,
  type Parked,
  type Run,
} from "./flow-run.js";
import { providePhone } from "./provide-phone.js";
import { waitOut } from "./wait-out.js";
import { viewWhere } from "./waiting.js";

const turns = Effect.fnUntraced(function* (
  options: DriveOptions,
  manner: DriveManner,
  run: Run,
): Effect.fn.Return<Verified | Parked, VerifyContactError> {
  const { verification, codes } = options;
  const isSettled = settledFor(manner);
  const isTold = (view: VerificationView) =>
    codes.wait !== undefined && manner.parkAfterMs === null && isLocked(view);
  verification.start();
  for (;;) {
    const view = yield* viewWhere(verification, (now) => isSettled(now) || isTold(now));
    if (view.step === "verified") return view.evidence;
    if (view.failedBecause !== null) return yield* new FlowEnded({ reason: view.failedBecause });
    if (view.canRetry) {
      if (!(yield* manner.goesOn(view))) return yield* new NeedsPerson({ awaiting: "retry", view });
      verification.retry();
    } else if (view.lock !== null && isTold(view)) {
      const opened = viewWhere(verification, (now) => !isLocked(now));
      yield* waitOut(options, { reason: "lock", until: view.lock.until }, opened);
    } else if (view.awaiting === "code" || isLocked(view)) {
      const parked = yield* enterCode(options, manner, run, view);
      if (parked !== null) return parked;
    } else {
      yield* providePhone(options, run, view);
    }
  }
});

/**
 * Drives a flow until it ends, only the user can continue it, or it is parked. Interrupting it stops the flow at once.
 */
export const driveFlow = (
  options: DriveOptions,
  manner: DriveManner,
): Effect.Effect<Verified | Parked, VerifyContactError> =>
  Effect.acquireUseRelease(
    Effect.sync(() => watchSends(options.verification, options.clock ?? systemClock)),
    (sends) =>
      turns(options, options.codes.asksPerson === true ? { ...manner, parkAfterMs: null } : manner, {
        tried: new Set(manner.resumed?.memory.tried),
        triedFor: manner.resumed === null ? null : `${manner.resumed.channel}/${manner.resumed.generation}`,
        resends: manner.resumed?.memory.resends ?? 0,
        sends,
        phone: options.phone,
        phoneIsNew: true,
        waiting: null,
        resumed: manner.resumed,
      }),
    ({ stop }) => Effect.sync(stop),
  ).pipe(Effect.onInterrupt(() => Effect.sync(options.verification.suspend)));
