import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import type { CodeRequest, CodeSource } from "../code-source.port.js";

interface Asked {
  readonly generation: number;
  readonly superseded: Deferred.Deferred<void>;
}

/**
 * The same source, for the newest generation only: a request for a newer code of a user and channel replaces an older
 * one, which is never answered then.
 */
export function newestGenerationOnly(next: CodeSource["next"]): CodeSource["next"] {
  const newest = new Map<string, Asked>();
  const keyOf = ({ channel, userId }: CodeRequest) => `${channel}/${JSON.stringify(userId)}`;

  return (request) =>
    Effect.suspend(() => {
      const key = keyOf(request);
      const before = newest.get(key);
      if (before !== undefined && before.generation > request.generation) return Effect.never;
      const asked: Asked = { generation: request.generation, superseded: Deferred.makeUnsafe() };
      newest.set(key, asked);
      if (before !== undefined && before.generation < request.generation) {
        Deferred.doneUnsafe(before.superseded, Effect.void);
      }
      const voided = Deferred.await(asked.superseded).pipe(Effect.andThen(Effect.never));
      return next(request).pipe(
        // The source ends the older question before it asks the newer one.
        Effect.raceFirst(Deferred.await(asked.superseded).pipe(Effect.as(null))),
        Effect.flatMap((answer) => (answer === null ? voided : Effect.succeed(answer))),
        Effect.ensuring(
          Effect.sync(() => {
            if (newest.get(key) === asked) newest.delete(key);
          }),
        ),
      );
    });
}
