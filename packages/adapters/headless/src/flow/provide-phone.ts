import { systemClock, type VerificationView } from "@veristep/core";
import * as Effect from "effect/Effect";
import type { NoCodes, PhoneAnswer } from "../codes/code-source.port.js";
import { NeedsPerson } from "./flow-errors.js";
import type { DriveOptions, Run } from "./flow-run.js";
import { waitOut } from "./wait-out.js";
import { untilTime, viewWhere } from "./waiting.js";

/**
 * Gives the number as soon as one is taken: a new number waits for the cooldown as well.
 *
 * @returns whether it is a phone number at all.
 */
const givePhone = Effect.fnUntraced(function* (
  options: DriveOptions,
  phone: string,
  noLongerAsked: Effect.Effect<null>,
): Effect.fn.Return<boolean, NoCodes> {
  const { verification, clock = systemClock } = options;
  const taken = verification.submitPhone(phone);
  if (taken.isOk()) return true;
  if (taken.error.kind === "phoneFormat") return false;
  const at = verification.view().phoneEntry?.availableAt ?? null;
  if (at === null) return true;
  const allowed = untilTime(at, clock).pipe(Effect.as("allowed" as const), Effect.raceFirst(noLongerAsked));
  const end = yield* waitOut(options, { reason: "newPhone", until: at }, allowed);
  if (end === "allowed") verification.submitPhone(phone);
  return true;
});

/** Provides the number that the flow asks for: the known one, or else one from the user. */
export const providePhone = Effect.fnUntraced(function* (
  options: DriveOptions,
  run: Run,
  view: VerificationView,
): Effect.fn.Return<void, NeedsPerson | NoCodes> {
  const { verification, codes, userId } = options;
  // A number that was refused once would be refused again.
  const wasRefused =
    view.failure?.kind === "contactRefused" && view.failure.about === "phone" && !run.phoneIsNew;
  const given = wasRefused ? undefined : run.phone;
  const noLongerAsked = viewWhere(verification, (now) => now.awaiting !== "phone").pipe(Effect.as(null));
  if (given !== undefined) {
    run.phoneIsNew = false;
    if (yield* givePhone(options, given, noLongerAsked)) return;
  }
  if (codes.phone === undefined) {
    return yield* new NeedsPerson({ awaiting: "phone", view });
  }
  const answer: PhoneAnswer | null = yield* codes
    .phone({ userId, problem: given !== undefined ? "phoneFormat" : null, view })
    .pipe(Effect.raceFirst(noLongerAsked));
  if (answer?.kind === "cancel") verification.cancel();
  if (answer?.kind === "phone") [run.phone, run.phoneIsNew] = [answer.phone, true];
});
