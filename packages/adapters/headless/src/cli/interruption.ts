import { exitCode } from "./exit-codes.js";

/** How far SIGINT and SIGTERM have stopped the work (B44). */
export interface Interruption {
  /** The first one came: begin nothing more. */
  readonly drain: AbortSignal;
  /** What is under way has had long enough: stop it. */
  readonly stop: AbortSignal;
  readonly dispose: () => void;
}

/**
 * Listens for SIGINT and SIGTERM. The second one ends the process at once; what is to be kept is on the disk by then.
 *
 * @param patienceMs how long work that is under way may take after the first one.
 */
export function listenForInterruption(patienceMs: number, onFirst: () => void): Interruption {
  const drain = new AbortController();
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    if (drain.signal.aborted) process.exit(exitCode.interrupted);
    onFirst();
    drain.abort();
    timer = setTimeout(() => {
      stop.abort();
    }, patienceMs);
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return {
    drain: drain.signal,
    stop: stop.signal,
    dispose: () => {
      clearTimeout(timer);
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    },
  };
}
