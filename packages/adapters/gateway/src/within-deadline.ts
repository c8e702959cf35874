import type { Clock } from "@veristep/core";

/** How work with a deadline ended. Errors are dropped, because they may quote secrets. */
export type Ended<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "threw" | "timeout" };

/** Runs work with a deadline: after `ms`, aborts its signal and stops waiting. Never rejects. */
export function withinDeadline<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => T | PromiseLike<T>,
): Promise<Ended<T>> {
  return new Promise((resolve) => {
    const controller = new AbortController();
    const cancel = clock.schedule(() => {
      resolve({ kind: "timeout" });
      controller.abort();
    }, ms);
    const run = async () => {
      try {
        resolve({ kind: "done", value: await work(controller.signal) });
      } catch {
        resolve({ kind: "threw" });
      } finally {
        cancel();
      }
    };
    void run();
  });
}
