import { isDeepStrictEqual } from "node:util";
import type { VerificationContext } from "@veristep/core";
import type { AnyActorRef } from "xstate";
import { verificationChart } from "../../src/chart/flow.js";
import { Child } from "../../src/engine/child.js";
import type { ChartDefinition, ChartEvent } from "../../src/engine/definition.js";
import { compileChart, type ChildHost } from "../../src/engine/run.js";
import type { ChartSnapshot } from "../../src/engine/snapshot.js";
import type { Effect } from "../inert-scope.js";

/*
 * Runs a compiled chart beside XState: each step of XState is made in the compiled chart as well, and everything
 * that can be seen of the two must agree.
 */

/** XState's snapshot of any machine. */
export interface TheirSnapshot {
  readonly status: string;
  readonly value: unknown;
  readonly context: object;
  readonly output?: unknown;
  readonly error?: unknown;
  readonly tags: ReadonlySet<string>;
  readonly children: Readonly<Record<string, { readonly src: unknown; getSnapshot(): object } | undefined>>;
  matches(part: never): boolean;
  can(event: never): boolean;
}

/** Questions for both snapshots after each step. */
export interface Questions {
  /** For `matches()`. */
  readonly parts: readonly unknown[];
  /** For `can()`. */
  events(context: object): readonly ChartEvent[];
}

const aboutFlows: Questions = {
  parts: [
    "emailPending",
    "phonePending",
    "failed",
    "checkingStatus",
    "phonePending.proving",
    { phonePending: "proving" },
    { emailPending: { delivery: "sending" } },
    "emailPending.delivery",
  ],
  events: (context) => {
    // The context of the flow's own chart.
    const at = (context as VerificationContext).now;
    const phone = { ref: "contact3", masked: "+359 •• ••• ••21" };
    return [
      "code.submitted",
      "resend.requested",
      "phone.submitted",
      "phone.changeRequested",
      "refresh.requested",
      "retry.requested",
      "cancel.requested",
    ].map((type) => ({ type, at, codeRef: "code1", phone }));
  },
};

/** Counts the comparisons, so that a search that compares nothing is noticed. */
export interface Tally {
  steps: number;
  unchanged: number;
  questions: number;
  readonly values: Set<string>;
  readonly statuses: Set<string>;
}

/** Sees each step of XState. */
export interface Twins {
  began(input: unknown, after: TheirSnapshot, effects: readonly Effect[]): void;
  stepped(before: TheirSnapshot, event: ChartEvent, after: TheirSnapshot, effects: readonly Effect[]): void;
}

/** XState's starts and stops, in order. */
const written = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap(({ type, params }) => {
    if (type === "xstate.spawnChild") return [`+${(params as { readonly id: string }).id}`]; // XState's own action.
    return type === "xstate.stopChild" ? [`-${(params as AnyActorRef).id}`] : []; // Likewise.
  });

const recorder = (): ChildHost & { readonly log: string[] } => {
  const log: string[] = [];
  return {
    log,
    spawn: (invoke, input) => {
      log.push(`+${invoke.id}`);
      return new Child(() => {}, invoke, input);
    },
    release: ({ id }) => {
      log.push(`-${id}`);
    },
  };
};

const childrenOf = ({ children }: TheirSnapshot) =>
  Object.entries(children).flatMap(([id, ref]) => {
    if (ref === undefined) return [];
    const state: { readonly input?: unknown } = ref.getSnapshot();
    return [{ id, src: ref.src, input: state.input }];
  });

/** @returns a watcher that throws where the engines differ, and what it has compared. */
export function lockStep(
  definition: ChartDefinition = verificationChart,
  questions: Questions = aboutFlows,
): { readonly watcher: Twins; readonly tally: Tally } {
  const chart = compileChart(definition);
  const twins = new WeakMap<TheirSnapshot, ChartSnapshot>();
  const tally: Tally = { steps: 0, unchanged: 0, questions: 0, values: new Set(), statuses: new Set() };

  const agree = (what: string, xstate: unknown, compiled: unknown, event: unknown): void => {
    if (isDeepStrictEqual(xstate, compiled)) return;
    throw new Error(
      `${what} differs after ${JSON.stringify(event)}:\n  XState:   ${JSON.stringify(xstate)}\n  compiled: ${JSON.stringify(compiled)}`,
    );
  };

  const compare = (theirs: TheirSnapshot, ours: ChartSnapshot, event: unknown): void => {
    tally.steps += 1;
    tally.values.add(JSON.stringify(theirs.value));
    tally.statuses.add(theirs.status);
    agree("status", theirs.status, ours.status, event);
    agree("value", theirs.value, ours.value, event);
    agree("context", theirs.context, ours.context, event);
    agree("order of the context", Object.keys(theirs.context), Object.keys(ours.context), event);
    agree("output", theirs.output, ours.output, event);
    agree("error", theirs.error, ours.error, event);
    agree("tags", new Set(theirs.tags), ours.tags, event);
    for (const part of questions.parts)
      // Each machine types the parts of its value.
      agree(`matches(${JSON.stringify(part)})`, theirs.matches(part as never), ours.matches(part), event);
    if (theirs.status !== "active") return;
    const active = ours.active.map(({ id, src, input }) => ({ id, src, input }));
    agree("children", childrenOf(theirs), active, event);
    for (const question of questions.events(theirs.context)) {
      // Each machine types its events.
      agree(`can(${question.type})`, theirs.can(question as never), ours.can(question), event);
      tally.questions += 1;
    }
  };

  const watcher: Twins = {
    began: (input, after, effects) => {
      const host = recorder();
      const ours = chart.begin(input, host);
      agree("starts and stops", written(effects), host.log, "init");
      compare(after, ours, "init");
      twins.set(after, ours);
    },
    stepped: (before, event, after, effects) => {
      const twin = twins.get(before);
      if (twin === undefined)
        throw new Error("This snapshot has no twin: the flow began before the comparison.");
      // A host sends nothing to a flow that has ended; XState and this engine are free to differ there.
      if (before.status !== "active") return;
      const host = recorder();
      const ours = chart.step(twin, event, host);
      agree("starts and stops", written(effects), host.log, event);
      compare(after, ours, event);
      agree("whether anything has changed", after !== before, ours !== twin, event);
      for (const { id } of childrenOf(after))
        agree(
          `whether ${id} is the same actor as before`,
          before.children[id] === after.children[id],
          ours.active.some((child) => child.id === id && twin.active.includes(child)),
          event,
        );
      if (after === before) tally.unchanged += 1;
      twins.set(after, ours);
    },
  };
  return { watcher, tally };
}
