import { afterEach, describe, expect, it, vi } from "vitest";
import { ChartActor } from "../../src/engine/actor.js";
import type { Child, Workers } from "../../src/engine/child.js";
import type { ChartDefinition } from "../../src/engine/definition.js";
import { compileChart } from "../../src/engine/run.js";

/** Waits, works, and is done; `skip` begins and ends the work within one step. */
const definition: ChartDefinition = {
  config: {
    id: "chart",
    initial: "waiting",
    context: () => ({ result: null }),
    output: ({ context }) => context,
    on: { break: { actions: "breaks" } },
    states: {
      waiting: { on: { go: "working", skip: "passing" } },
      working: {
        invoke: { id: "work", src: "work", input: () => 7, onDone: { target: "over", actions: "keep" } },
        on: { back: "waiting", go: { target: "working", reenter: true } },
      },
      passing: { invoke: { id: "unused", src: "work" }, always: "waiting" },
      over: { type: "final" },
    },
  },
  implementations: {
    guards: {},
    actions: {
      keep: {
        type: "assign",
        assignment: ({ event }: { readonly event: object }) => ({
          result: "output" in event ? event.output : undefined,
        }),
      },
      breaks: {
        type: "assign",
        assignment: () => {
          throw new Error("broken");
        },
      },
    },
  },
};
const chart = compileChart(definition);

const create = () => {
  const begun: Child[] = [];
  const ended: Child[] = [];
  const workers: Workers = {
    work: (child) => {
      begun.push(child);
      return {
        end: () => {
          ended.push(child);
        },
      };
    },
  };
  const actor = new ChartActor(chart, workers, null);
  const [seen, errors]: [unknown[], unknown[]] = [[], []];
  let completed = 0;
  actor.subscribe({
    next: ({ value }) => seen.push(value),
    error: (error) => errors.push(error),
    complete: () => {
      completed += 1;
    },
  });
  return { actor, begun, ended, seen, errors, completed: () => completed };
};

describe("an actor of a compiled chart", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("handles events that came before its start once it has started", () => {
    const { actor, seen } = create();
    actor.send({ type: "go" });
    expect(actor.getSnapshot().value).toBe("waiting");
    actor.start().start();
    expect(seen).toEqual(["waiting", "working"]);
  });

  it("ends with the output of its child, and takes a result once", () => {
    const { actor, begun, completed } = create();
    actor.start().send({ type: "go" });
    expect(begun.map(({ input }) => input)).toEqual([7]);
    begun[0]?.done("first");
    begun[0]?.done("second");
    begun[0]?.fail(new Error("late"));
    expect(actor.getSnapshot()).toMatchObject({ status: "done", value: "over", output: { result: "first" } });
    expect(completed()).toBe(1);
  });

  it("ends a child when its state is left, and begins another when it is entered again", () => {
    const { actor, begun, ended } = create();
    actor.start().send({ type: "go" });
    actor.send({ type: "go" });
    actor.send({ type: "back" });
    expect(begun).toHaveLength(2);
    expect(ended).toEqual(begun);
    begun[1]?.done("late");
    expect(actor.getSnapshot().value).toBe("waiting");
  });

  it("begins no child whose state was left within the same step", () => {
    const { actor, begun, ended, seen } = create();
    actor.start().send({ type: "skip" });
    expect([begun, ended]).toEqual([[], []]);
    expect(seen).toEqual(["waiting", "waiting"]);
  });

  it("queues events that observers send, and tells later observers of the newest snapshot", () => {
    const { actor, seen } = create();
    const stop = actor.subscribe(({ value }) => {
      if (value === "waiting") actor.send({ type: "go" });
    });
    actor.start();
    expect(seen).toEqual(["waiting", "working"]);
    stop.unsubscribe();
    actor.send({ type: "back" });
    expect(seen).toEqual(["waiting", "working", "waiting"]);
  });

  it("ends with the error of a broken action, and ends its children", () => {
    const { actor, begun, ended, errors } = create();
    actor.start().send({ type: "go" });
    actor.send({ type: "break" });
    expect(actor.getSnapshot()).toMatchObject({ status: "error", error: new Error("broken") });
    expect(errors).toEqual([new Error("broken")]);
    expect(ended).toEqual(begun);
    actor.send({ type: "back" });
    expect(actor.getSnapshot().value).toBe("working");
  });

  it("ends with the error of a child that no state handles", () => {
    const { actor, begun, errors } = create();
    actor.start().send({ type: "go" });
    begun[0]?.fail(new Error("thrown"));
    expect(actor.getSnapshot().status).toBe("error");
    expect(errors).toEqual([new Error("thrown")]);
  });

  it("ends with an error when its child was not provided or throws at once", () => {
    for (const workers of [
      {},
      {
        work: () => {
          throw new Error("thrown");
        },
      },
    ]) {
      const actor = new ChartActor(chart, workers, null);
      const errors: unknown[] = [];
      actor.subscribe({ error: (error) => errors.push(error) });
      actor.start().send({ type: "go" });
      expect(errors).toHaveLength(1);
    }
  });

  it("keeps running when an observer throws, and reports the error", () => {
    vi.useFakeTimers();
    const actor = new ChartActor(chart, {}, null);
    actor.subscribe(() => {
      throw new Error("observer");
    });
    actor.start();
    expect(() => vi.runAllTimers()).toThrow("observer");
    expect(actor.getSnapshot().status).toBe("active");
  });

  it("reports the error of a flow without observers", () => {
    vi.useFakeTimers();
    const actor = new ChartActor(chart, {}, null).start();
    actor.send({ type: "go" });
    expect(() => vi.runAllTimers()).toThrow('The actor "work" was not provided.');
    expect(actor.getSnapshot().status).toBe("error");
  });

  it("stops where it stands, with its children, and hears nothing afterwards", () => {
    const { actor, begun, ended, seen, completed } = create();
    actor.start().send({ type: "go" });
    actor.stop().stop();
    expect(actor.getSnapshot()).toMatchObject({ status: "stopped", value: "working" });
    expect(ended).toEqual(begun);
    actor.send({ type: "back" });
    begun[0]?.done("late");
    expect(seen).toEqual(["waiting", "working"]);
    expect(completed()).toBe(1);
  });

  it("keeps the end that it has when it is stopped afterwards", () => {
    const { actor, begun, completed } = create();
    actor.start().send({ type: "go" });
    begun[0]?.done("result");
    expect(actor.stop().getSnapshot()).toMatchObject({ status: "done", output: { result: "result" } });
    expect(completed()).toBe(1);
  });

  it("ends in each way with observers that watch something else", () => {
    vi.useFakeTimers();
    const partial = () => {
      const made = create();
      made.actor.subscribe(() => {});
      made.actor.start().send({ type: "go" });
      return made;
    };
    expect(partial().actor.stop().getSnapshot().status).toBe("stopped");
    const done = partial();
    done.begun[0]?.done("result");
    expect(done.completed()).toBe(1);
    const broken = partial();
    broken.begun[0]?.fail(new Error("thrown"));
    expect(broken.errors).toEqual([new Error("thrown")]);
    expect(() => vi.runAllTimers()).not.toThrow();
  });

  it("reports the error of a flow whose observers watch something else", () => {
    vi.useFakeTimers();
    const actor = new ChartActor(chart, {}, null);
    actor.subscribe({ complete: () => {} });
    actor.start().send({ type: "go" });
    expect(() => vi.runAllTimers()).toThrow('The actor "work" was not provided.');
  });

  it("has an id that no other actor has, under both of XState's names", () => {
    const [first, second] = [create().actor, create().actor];
    const number = ({ id }: ChartActor) => Number(/^verification:(\d+)$/.exec(id)?.[1]);
    expect(number(second)).toBe(number(first) + 1);
    expect(first.sessionId).toBe(first.id);
  });

  it("gives a snapshot in XState's persisted form", () => {
    const { actor } = create();
    actor.start().send({ type: "go" });
    expect(actor.getPersistedSnapshot()).toMatchObject({
      status: "active",
      value: "working",
      children: { work: { src: "work", snapshot: { status: "active", input: 7 } } },
    });
  });
});
