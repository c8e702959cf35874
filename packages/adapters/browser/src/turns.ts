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
  /** Removes the mark of a peer that is considered dead. */
  takeDown(mark: string): Promise<unknown>;
}

/** A peer that is at work answers other peers that ask, however long its work takes. */
export interface Life {
  /** Asks the peers whether one is at work. @returns whether they could be asked. */
  ask(): boolean;
  /** Returns how often a peer has said that it is at work. */
  answers(): number;
}

/**
 * A peer that hasn't answered by then, in ms, is dead, frozen or a lock that the browser has forgotten to free. A lock
 * manager that hasn't granted a free lock by then may never do it.
 */
const ANSWER_MS = 3_000;

/** Two peers that met try again at different times: within this, in ms, and a little more after each try. */
const SPREAD_MS = 25;

const randomName = (): string => crypto.getRandomValues(new Uint32Array(3)).join("-");

/**
 * Runs a task while no other peer's mark is up.
 *
 * A peer that wants to work puts up its own mark, then looks. If another mark is up, the peer removes its own, waits
 * until the other one is gone, and tries again. Of two peers that look, at least the later one sees the other, so they
 * never work at the same time. A mark that is up for longer than work lasts belongs to a dead peer.
 *
 * One shared lock that waiting peers steal from a dead holder would not work: of two peers that wait for the same dead
 * holder, the second would steal the lock from the first, which is alive
 * (https://github.com/supabase/supabase-js/pull/2178).
 *
 * @param prefix of the marks.
 */
export async function inTurn<T>(
  board: Board,
  { prefix, clock, deadAfterMs, life }: { prefix: string; clock: Clock; deadAfterMs: number; life: Life },
  signal: AbortSignal,
  task: () => Promise<T>,
): Promise<T | "gaveUp"> {
  /** Marks of other peers, each watched from the moment it is first seen, so that several dead peers cost one wait. */
  const watched = new Map<string, { readonly dead: AbortSignal; readonly cancel: () => void }>();
  const watch = (marks: readonly string[]) => {
    for (const [mark, { cancel }] of watched) {
      if (marks.includes(mark)) continue;
      cancel();
      watched.delete(mark);
    }
    for (const mark of marks) {
      if (watched.has(mark)) continue;
      const dead = new AbortController();
      const takeForDead = () => {
        dead.abort();
        board.takeDown(mark).catch(() => {});
      };
      const cancels = [clock.schedule(takeForDead, deadAfterMs)];
      const before = life.answers();
      if (life.ask())
        cancels.push(
          clock.schedule(() => {
            if (life.answers() === before) takeForDead();
          }, ANSWER_MS),
        );
      const cancel = () => {
        for (const stop of cancels) stop();
      };
      watched.set(mark, { dead: dead.signal, cancel });
    }
  };
  const passing = async (mark: string, tries: number): Promise<void> => {
    const waiting = new AbortController();
    const stop = () => {
      waiting.abort();
    };
    const dead = watched.get(mark)?.dead;
    signal.addEventListener("abort", stop);
    dead?.addEventListener("abort", stop);
    if (signal.aborted || dead?.aborted === true) stop();
    await board.gone(mark, waiting.signal).catch(() => {});
    await sleep(clock, Math.random() * tries * (SPREAD_MS + 4 * board.lagMs), waiting.signal);
    signal.removeEventListener("abort", stop);
    dead?.removeEventListener("abort", stop);
  };

  let refusals = 0;
  try {
    for (let tries = 1; !signal.aborted; tries += 1) {
      // Once may be for a mark that was taken down; twice, and there is no board.
      if (refusals > 1) return await task();
      const mark = prefix + randomName();
      const turn: { ahead?: string | undefined; begun?: Promise<T>; hasLooked?: true; isOver?: true } = {};
      let cancelStall = () => {};
      const stalled = new Promise<never>((_, reject) => {
        cancelStall = clock.schedule(() => {
          reject(new Error("The platform grants no lock."));
        }, ANSWER_MS);
      });
      try {
        const marked = board.withMark(mark, async () => {
          if (board.lagMs > 0) await sleep(clock, board.lagMs, signal);
          const others = (await board.marks()).filter((other) => other !== mark);
          if (turn.isOver === true) return;
          watch(others);
          turn.hasLooked = true;
          cancelStall();
          // A dead peer's mark may stay: a platform may not take it down.
          turn.ahead = others.find((other) => watched.get(other)?.dead.aborted !== true);
          if (turn.ahead !== undefined || signal.aborted) return;
          turn.begun = (async () => task())();
          await turn.begun;
        });
        await Promise.race([marked, stalled]);
      } catch {
        // The platform or the task failed, or another peer removed the mark. A task that has begun still runs to its end.
        turn.isOver = true;
        refusals += 1;
      } finally {
        cancelStall();
      }
      if (turn.begun !== undefined) return await turn.begun;
      // A broken lock manager returns without a look: without this, the loop would never end nor let go.
      if (turn.hasLooked === undefined && turn.isOver === undefined) refusals += 1;
      if (turn.ahead !== undefined) await passing(turn.ahead, tries);
    }
    return "gaveUp";
  } finally {
    watch([]);
  }
}
