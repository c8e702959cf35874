import type { Clock } from "@veristep/core";

/** How bounded work ended. What it threw is for looking at only: it may quote secrets. */
export type Bounded<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "threw"; readonly error: unknown }
  | { readonly kind: "timeout" }
  | { readonly kind: "aborted" };

/** The limits that end the work from outside. */
export interface Bounds {
  /** Ends the work `ms` of elapsed time from now. */
  readonly deadline?: { readonly clock: Clock; readonly ms: number };
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` until it settles, its deadline passes or its signal aborts, and settles at once with whichever
 * comes first (B28), also when the work ignores the signal that it gets. Never rejects, and leaves no timer and
 * no listener. With a signal that has aborted already the work is not begun.
 */
export function bounded<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  { deadline, signal }: Bounds,
): Promise<Bounded<T>> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve({ kind: "aborted" });
      return;
    }
    const inner = new AbortController();
    const settle = (outcome: Bounded<T>) => {
      cancelDeadline?.();
      signal?.removeEventListener("abort", abort);
      resolve(outcome);
    };
    const stop = (kind: "timeout" | "aborted") => {
      settle({ kind });
      inner.abort();
    };
    const abort = () => {
      stop("aborted");
    };
    const cancelDeadline = deadline?.clock.schedule(() => {
      stop("timeout");
    }, deadline.ms);
    signal?.addEventListener("abort", abort);
    const run = async () => {
      try {
        settle({ kind: "done", value: await work(inner.signal) });
      } catch (error) {
        settle({ kind: "threw", error });
      }
    };
    void run();
  });
}
