import type { ChartEvent, InvokeDefinition } from "./definition.js";

/** A running task. */
export interface Work {
  /** Ends it early: nothing waits for its result any more. */
  end(): void;
}

/** Begins what the actors of one flow do, by the `src` that the chart gives them. */
export type Workers = Readonly<Record<string, (child: Child) => Work>>;

/** An invoked actor: a call or a wait. It reports to its flow once, or is ended before that. */
export class Child {
  readonly id: string;
  readonly src: string;
  readonly input: unknown;
  /** The running task; null before and after. */
  work: Work | null = null;
  #phase: "waiting" | "running" | "over" = "waiting";
  readonly #send: (event: ChartEvent) => void;

  constructor(send: (event: ChartEvent) => void, { id, src }: InvokeDefinition, input: unknown) {
    this.#send = send;
    this.id = id;
    this.src = src;
    this.input = input;
  }

  get isRunning(): boolean {
    return this.#phase === "running";
  }

  get isOver(): boolean {
    return this.#phase === "over";
  }

  begin(workers: Workers): void {
    if (this.#phase !== "waiting") return;
    this.#phase = "running";
    try {
      // Called as a method: workers may be a class.
      const work = workers[this.src]?.(this);
      if (work === undefined) throw new Error(`The actor "${this.src}" was not provided.`);
      // It may have reported, or been ended, before it could be kept.
      if (!this.isOver) this.work = work;
    } catch (error) {
      this.fail(error);
    }
  }

  /** Hands a result to the flow. After an end or an earlier report it changes nothing (B4). */
  done(output: unknown): void {
    this.#report("done", { output, actorId: this.id });
  }

  /** Hands an error to the flow. */
  fail(error: unknown): void {
    this.#report("error", { error, actorId: this.id });
  }

  end(): void {
    const { work } = this;
    this.#phase = "over";
    this.work = null;
    work?.end();
  }

  #report(outcome: "done" | "error", members: object): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.work = null;
    this.#send({ type: `xstate.${outcome}.actor.${this.id}`, ...members });
  }
}
