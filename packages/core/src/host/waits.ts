import type { Clock } from "../clock.port.js";
import type { WaitInput, WaitResult } from "../chart/actors.js";
import { remainingMs } from "../rules/deadline.js";
import type { Task, Work } from "./engine.port.js";

/** A longer delay would overflow a 32-bit timer, which then fires at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * A wait for a deadline.
 *
 * It ends when the wall clock reaches the deadline, or when its whole length has elapsed, whichever is first: a clock
 * that is set back doesn't lengthen it, and one that is set forward ends it at the next check (B7).
 */
export class Wait implements Work {
  readonly #task: Task<WaitInput, WaitResult>;
  readonly #clock: Clock;
  readonly #onEnd: (wait: Wait) => void;
  /** The time left, in ms. */
  #leftMs: number;
  #cancelTimer: () => void = () => {};

  constructor(task: Task<WaitInput, WaitResult>, clock: Clock, onEnd: (wait: Wait) => void) {
    this.#task = task;
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#leftMs = remainingMs(task.input, clock.now());
    this.#arm();
  }

  end(): void {
    this.#cancelTimer();
    this.#onEnd(this);
  }

  /** Looks at the wall clock again: after a sleep, timers are late. */
  check(): void {
    if (this.#task.input.until <= this.#clock.now()) this.#finish();
  }

  #finish(): void {
    this.end();
    this.#task.done({ at: this.#clock.now() });
  }

  #arm(): void {
    const delay = Math.min(this.#leftMs, LONGEST_TIMER_MS);
    this.#cancelTimer = this.#clock.schedule(() => {
      this.#leftMs = Math.min(this.#leftMs - delay, remainingMs(this.#task.input, this.#clock.now()));
      if (this.#leftMs <= 0) this.#finish();
      else this.#arm();
    }, delay);
  }
}
