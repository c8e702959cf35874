import { systemClock, type VerificationView } from "@veristep/core";
import * as Effect from "effect/Effect";
import type { NoCodes, PhoneAnswer } from "./code-source.port.js";
import { NeedsPerson } from "./flow-errors.js";
import type { DriveOptions, Run } from "./flow-run.js";
import { untilTime, viewWhere } from "./waiting.js";

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
export const providePhoneNumber = Effect.fnUntraced(function* (
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
