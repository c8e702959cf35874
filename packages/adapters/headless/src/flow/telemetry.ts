import type { Verification, VerificationView } from "@veristep/core";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Metric from "effect/Metric";
import type { VerifyContactError } from "./flow-errors.js";
import { typedFailure } from "./typed-failure.js";

/**
 * Whether flows make spans and count what they do, through Effect's own `Tracer` and `Metric`. Off by default:
 * `Effect.provideService(Telemetry, true)` switches it on. No span and no metric holds a user id, a contact (not even
 * a masked one), a code or a token.
 */
export const Telemetry: Context.Reference<boolean> = Context.Reference("@veristep/headless/Telemetry", {
  defaultValue: () => false,
});

const flows = Metric.counter("veristep_flows", {
  description: "Flows that were driven, by how they ended",
  incremental: true,
});

const sends = Metric.counter("veristep_sends", {
  description: "Requested codes, by channel",
  incremental: true,
});

const endOf = (exit: Exit.Exit<object, VerifyContactError>): string => {
  // A verified result has no kind.
  if (Exit.isSuccess(exit)) return "kind" in exit.value ? "parked" : "verified";
  return typedFailure(exit.cause)?._tag ?? "interrupted";
};

/** Drives a flow with a span and counters, where {@link Telemetry} is on. */
export const observed = <Value extends object>(
  verification: Verification,
  driving: Effect.Effect<Value, VerifyContactError>,
): Effect.Effect<Value, VerifyContactError> =>
  Effect.gen(function* () {
    if (!(yield* Telemetry)) return yield* driving;
    const counting: Array<Effect.Effect<void>> = [];
    return yield* Effect.useSpan("veristep.verifyContact", (span) =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          let before: VerificationView | null = null;
          return verification.subscribe((view) => {
            const at = BigInt(Date.now()) * 1_000_000n;
            if (view.step !== before?.step) span.event(`step ${view.step}`, at, {});
            if (view.failure !== null && view.failure !== before?.failure) {
              span.event(`failure ${view.failure.kind}`, at, { about: view.failure.about });
            }
            const isSending = view.activities.includes("sending");
            if (isSending && before?.activities.includes("sending") !== true) {
              span.event("send", at, { channel: view.channel });
              counting.push(Metric.update(Metric.withAttributes(sends, { channel: view.channel ?? "" }), 1));
            }
            before = view;
          });
        }),
        () => driving,
        (unsubscribe, exit) =>
          Effect.gen(function* () {
            unsubscribe();
            span.attribute("veristep.end", endOf(exit));
            for (const count of counting) yield* count;
            yield* Metric.update(Metric.withAttributes(flows, { end: endOf(exit) }), 1);
          }),
      ),
    );
  });
