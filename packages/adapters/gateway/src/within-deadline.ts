import type { Clock } from "@veristep/core";

/** How work with a deadline ended. Errors are dropped, because they may quote secrets. */
export type Ended<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "threw" | "timeout" };

/**
 * Runs work with a deadline: after `ms`, aborts its signal and stops waiting. Never rejects.
 *
 * Most hooks return at once and use no signal, so the timer and the signal are made only when they are needed:
 * they cost more than all counts of a request together.
 */
export async function withinDeadline<T>(
  clock: Clock,
  ms: number,
  work: (signal: () => AbortSignal) => T | PromiseLike<T>,
): Promise<Ended<T>> {
  let controller: AbortController | undefined;
  try {
    const outcome = work(() => (controller ??= new AbortController()).signal);
    if (!isPromiseLike(outcome)) return { kind: "done", value: outcome };
    return await new Promise<Ended<T>>((resolve) => {
      const cancel = clock.schedule(() => {
        resolve({ kind: "timeout" });
        controller?.abort();
      }, ms);
      const settle = async () => {
        try {
          resolve({ kind: "done", value: await outcome });
        } catch {
          resolve({ kind: "threw" });
        } finally {
          cancel();
        }
      };
      void settle();
    });
  } catch {
    return { kind: "threw" };
  }
}

const isPromiseLike = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
