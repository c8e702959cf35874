import * as Effect from "effect/Effect";
import type { NoCodes, WaitRequest } from "../codes/code-source.port.js";
import type { DriveOptions } from "./flow-run.js";

/**
 * Tells the source of codes about a wait, and waits. A user who asks for something else ends it early.
 *
 * @returns what has ended the wait; null where the user wanted something else.
 */
export const waitOut = Effect.fnUntraced(function* <End>(
  { verification, codes, userId }: DriveOptions,
  wait: Omit<WaitRequest, "userId" | "view">,
  over: Effect.Effect<End>,
): Effect.fn.Return<End | null, NoCodes> {
  const told = codes.wait?.({ userId, ...wait, view: verification.view() }) ?? Effect.never;
  const ended = yield* over.pipe(
    Effect.map((end) => ({ kind: "over", end }) as const),
    Effect.raceFirst(told),
  );
  switch (ended.kind) {
    case "over":
      return ended.end;
    case "cancel":
      verification.cancel();
      return null;
    case "resend":
      verification.resend();
      return null;
  }
});
