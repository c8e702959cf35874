import type { Clock } from "@veristep/core";
import { sleep } from "./sleep.js";

/** Where the peers of a user put up marks while they are at work. Its methods may reject. */
export interface Board {
  /** How long it may take until others see a mark, in ms. */
  readonly lagMs: number;
  /** Puts the mark up, and takes it down when the work has settled. Rejects if others take it down before. */
  withMark(mark: string, work: () => Promise<void>): Promise<unknown>;
  /** Every mark that is up. */
  marks(): Promise<readonly string[]>;
  /** Settles when the mark is down, or when the signal comes. */
  gone(mark: string, signal: AbortSignal): Promise<unknown>;
  /** Takes down the mark of a peer that is taken for dead. */
  takeDown(mark: string): Promise<unknown>;
}

/** Two peers that met try again at different times: within this, in ms, and a little more after each try. */
const SPREAD_MS = 25;

const randomName = (): string => crypto.getRandomValues(new Uint32Array(3)).join("-");

/**
 * Runs a task while no other peer's mark is up.
 *
 * Who wants to work puts up a mark of his own, then looks: if another one is up he takes his down, waits until
 * that one is gone, and tries again. Of two who look, the later one at least sees the other, so they never work
 * at once. A mark that is up for longer than work lasts is a dead peer's.
 *
 * It isn't one lock for all, stolen when its holder is dead: of two who wait for the same dead holder, the second
 * would steal it from the first, who is alive (https://github.com/supabase/supabase-js/pull/2178).
 *
 * @param prefix of the marks.
 */
export async function inTurn<T>(
  board: Board,
  { prefix, clock, deadAfterMs }: { prefix: string; clock: Clock; deadAfterMs: number },
  signal: AbortSignal,
  task: () => Promise<T>,
): Promise<T | "gaveUp"> {
  const passing = async (mark: string, tries: number): Promise<void> => {
    const waiting = new AbortController();
    const stop = () => {
      waiting.abort();
    };
    signal.addEventListener("abort", stop);
    const cancel = clock.schedule(() => {
      stop();
      board.takeDown(mark).catch(() => {});
    }, deadAfterMs);
    await board.gone(mark, waiting.signal).catch(() => {});
    await sleep(clock, Math.random() * tries * (SPREAD_MS + 4 * board.lagMs), waiting.signal);
    cancel();
    signal.removeEventListener("abort", stop);
  };

  let refusals = 0;
  for (let tries = 1; !signal.aborted; tries += 1) {
    // Once may be for a mark that was taken down; twice, and there is no board.
    if (refusals > 1) return task();
    const mark = prefix + randomName();
    const turn: { ahead?: string | undefined; begun?: Promise<T>; isOver?: true } = {};
    try {
      await board.withMark(mark, async () => {
        if (board.lagMs > 0) await sleep(clock, board.lagMs, signal);
        turn.ahead = (await board.marks()).find((other) => other !== mark);
        if (turn.ahead !== undefined || turn.isOver === true || signal.aborted) return;
        turn.begun = (async () => task())();
        await turn.begun;
      });
    } catch {
      // The platform refuses, the task does, or the mark was taken down: then what has begun goes on all the same.
      turn.isOver = true;
      refusals += 1;
    }
    if (turn.begun !== undefined) return turn.begun;
    if (turn.ahead !== undefined) await passing(turn.ahead, tries);
  }
  return "gaveUp";
}
