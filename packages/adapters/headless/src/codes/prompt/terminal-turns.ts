import * as Effect from "effect/Effect";
import * as Semaphore from "effect/Semaphore";

/** Who has the terminal: one at a time, and a notice only while nobody asks anything. */
export interface TerminalTurns {
  /** For what a person has to answer: in the order of asking. */
  readonly question: <Answer, Failure>(ask: Effect.Effect<Answer, Failure>) => Effect.Effect<Answer, Failure>;
  /** For what a person may answer: it gives way to a question, and is shown again afterwards. */
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
