import type { UserId } from "@veristep/core";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import type * as Fiber from "effect/Fiber";
import type { Attendance, CodeAnswer, CodeSource, NoCodes, ParkedFlows } from "../codes/code-source.port.js";
import { typedFailure } from "../flow/typed-failure.js";

/** Serves flows from a source that can only be asked: with a fiber for each. */
export const attendByAsking =
  ({ next }: CodeSource) =>
  (flows: ParkedFlows): Attendance => {
    const asked = new Map<UserId, Fiber.Fiber<CodeAnswer, NoCodes>>();
    return {
      parked: (request) => {
        const fiber = Effect.runFork(next(request));
        asked.set(request.userId, fiber);
        fiber.addObserver((exit) => {
          // Whoever was interrupted has no answer.
          const answer = Exit.isSuccess(exit) ? exit.value : typedFailure(exit.cause);
          if (answer !== null) flows.answer(request.userId, answer);
        });
      },
      left: (userId) => {
        asked.get(userId)?.interruptUnsafe();
        asked.delete(userId);
      },
      end: () => {
        for (const fiber of asked.values()) fiber.interruptUnsafe();
        asked.clear();
      },
    };
  };
