import { Child, type Workers } from "./child.js";
import type { ChartEvent, InvokeDefinition } from "./definition.js";
import type { ChildHost, CompiledChart } from "./run.js";
import type { ChartSnapshot } from "./snapshot.js";

export interface Observer {
  readonly next?: (snapshot: ChartSnapshot) => void;
  readonly error?: (error: unknown) => void;
  readonly complete?: () => void;
}

/** A step of an actor, as XState reports it to an inspector. */
interface InspectedStep {
  readonly type: "@xstate.snapshot";
  readonly actorRef: ChartActor;
  readonly event: ChartEvent;
  readonly snapshot: ChartSnapshot;
}

type Inspector = (inspected: InspectedStep) => void;

/** Throws where nothing catches it, so that the environment reports it, as XState does. */
const reportUnhandled = (error: unknown): void => {
  setTimeout(() => {
    throw error;
  });
};

let count = 0;

/** Flows share it: hardly any is inspected. */
const none: readonly Inspector[] = [];

/** One flow of a compiled chart, with the members of XState's `Actor` that hosts and bindings use. */
export class ChartActor implements ChildHost {
  readonly id: string;
  readonly #chart: CompiledChart;
  readonly #workers: Workers;
  #snapshot: ChartSnapshot;
  #phase: "waiting" | "running" | "over" = "waiting";
  #observers: readonly Observer[] = [];
  #inspectors: readonly Inspector[] = none;
  /** Events that came before the start, or during a step. */
  #queue: ChartEvent[] = [];
  /** Until the start has ended, too: events wait for it. */
  #isStepping = true;
  /** The children that the step in progress has spawned or released, in that order. */
  #effects: Child[] = [];

  constructor(chart: CompiledChart, workers: Workers, input: unknown) {
    count += 1;
    this.id = `verification:${count}`;
    this.#chart = chart;
    this.#workers = workers;
    this.#snapshot = chart.begin(input, this);
  }

  get sessionId(): string {
    return this.id;
  }

  /** As XState's, with the steps of this actor alone. */
  get system(): { readonly inspect: (inspector: Inspector) => { unsubscribe: () => void } } {
    return {
      inspect: (inspector) => {
        this.#inspectors = [...this.#inspectors, inspector];
        return {
          unsubscribe: () => {
            this.#inspectors = this.#inspectors.filter((other) => other !== inspector);
          },
        };
      },
    };
  }

  /** @internal The chart spawns a child; it begins after the step. */
  spawn(invoke: InvokeDefinition, input: unknown): Child {
    const child = new Child(this.send, invoke, input);
    this.#effects.push(child);
    return child;
  }

  /** @internal The chart has left the child's state; it ends after the step. */
  release(child: Child): void {
    this.#effects.push(child);
  }

  getSnapshot(): ChartSnapshot {
    return this.#snapshot;
  }

  /** The snapshot in XState's persisted form. */
  getPersistedSnapshot(): object {
    return this.#snapshot.toJSON();
  }

  start(): this {
    if (this.#phase !== "waiting") return this;
    this.#phase = "running";
    this.#finishStep({ type: "xstate.init" });
    this.#drain();
    return this;
  }

  /** Ends the flow where it stands, with what it has under way. */
  stop(): this {
    if (this.#phase === "over") return this;
    this.#endChildren();
    this.#snapshot = this.#snapshot.ended("stopped");
    for (const observer of this.#close()) observer.complete?.();
    return this;
  }

  // A separate function, because children keep it.
  readonly send = (event: ChartEvent): void => {
    if (this.#phase === "over") return;
    this.#queue.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    this.#drain();
  };

  /** Calls the observer after each step, whether or not it changed something. */
  subscribe(observer: Observer | ((snapshot: ChartSnapshot) => void)): { unsubscribe: () => void } {
    const added: Observer = typeof observer === "function" ? { next: observer } : observer;
    this.#observers = [...this.#observers, added];
    return {
      unsubscribe: () => {
        this.#observers = this.#observers.filter((other) => other !== added);
      },
    };
  }

  #drain(): void {
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      try {
        this.#snapshot = this.#chart.step(this.#snapshot, event, this);
      } catch (error) {
        this.#effects = [];
        this.#snapshot = this.#snapshot.ended("error", error);
      }
      this.#finishStep(event);
    }
    this.#isStepping = false;
  }

  #finishStep(event: ChartEvent): void {
    this.#runEffects();
    const snapshot = this.#snapshot;
    for (const inspect of this.#inspectors)
      inspect({ type: "@xstate.snapshot", actorRef: this, event, snapshot });
    if (snapshot.status === "error") {
      this.#endChildren();
      const handlers = this.#close().filter(({ error }) => error !== undefined);
      for (const handler of handlers) handler.error?.(snapshot.error);
      if (handlers.length === 0) reportUnhandled(snapshot.error);
      return;
    }
    for (const observer of this.#observers) {
      try {
        observer.next?.(snapshot);
      } catch (error) {
        reportUnhandled(error);
      }
    }
    if (snapshot.status === "done") for (const observer of this.#close()) observer.complete?.();
  }

  #runEffects(): void {
    const effects = this.#effects;
    if (effects.length === 0) return;
    this.#effects = [];
    for (const [at, child] of effects.entries()) {
      // A child that begins and ends within one step never runs.
      if (child.isRunning || effects.includes(child, at + 1)) child.end();
      else if (!child.isOver) child.begin(this.#workers);
    }
  }

  #endChildren(): void {
    for (const child of this.#snapshot.active) child.end();
  }

  #close(): readonly Observer[] {
    const observers = this.#observers;
    this.#phase = "over";
    this.#observers = [];
    this.#queue = [];
    return observers;
  }
}
