import * as Effect from "effect/Effect";
import * as Semaphore from "effect/Semaphore";

/** Shares the terminal: one question at a time, and a notice only while no question is open. */
export interface TerminalTurns {
  /** For questions that the user has to answer, in the order of the requests. */
  readonly question: <Answer, Failure>(ask: Effect.Effect<Answer, Failure>) => Effect.Effect<Answer, Failure>;
  /** For notices that the user may answer: one gives way to a question, and is shown again afterwards. */
  readonly notice: <Answer, Failure>(show: Effect.Effect<Answer, Failure>) => Effect.Effect<Answer, Failure>;
}

export function createTerminalTurns(): TerminalTurns {
  const oneAtATime = Semaphore.makeUnsafe(1);
  let asking = 0;
  const listeners = new Set<() => void>();
  const add = (change: number) =>
    Effect.sync(() => {
      asking += change;
      for (const listener of listeners) listener();
    });
  const until = (fits: () => boolean): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const look = () => {
        if (!fits()) return;
        listeners.delete(look);
        resume(Effect.void);
      };
      listeners.add(look);
      look();
      return Effect.sync(() => listeners.delete(look));
    });
  const isAsked = () => asking > 0;

  return {
    question: (ask) =>
      Effect.acquireUseRelease(
        add(1),
        () => oneAtATime.withPermits(1)(ask),
        () => add(-1),
      ),
    notice: <Answer, Failure>(show: Effect.Effect<Answer, Failure>) => {
      const shown = show.pipe(
        Effect.map((answer) => ({ answer })),
        Effect.raceFirst(until(isAsked).pipe(Effect.as(null))),
      );
      return Effect.gen(function* () {
        for (;;) {
          yield* until(() => !isAsked());
          const end = yield* oneAtATime.withPermits(1)(shown);
          if (end !== null) return end.answer;
        }
      });
    },
  };
}
