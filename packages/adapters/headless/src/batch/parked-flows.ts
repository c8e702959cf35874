import type { Clock, UserId } from "@veristep/core";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import type { CodeAnswer, CodeSource, NoCodes } from "../codes/code-source.port.js";
import type { Parked, Resumed } from "../flow/flow-run.js";
import { typedFailure } from "../flow/typed-failure.js";
import { LAST_LOOK_MS, LONGEST_TIMER_MS } from "../flow/waiting.js";
import type { VerifyRow } from "./outcome.js";

/** A flow that is resumed. */
interface TakenOut<Row> {
  readonly row: Row;
  readonly resumed: Resumed;
}

/** Flows that wait for a code without an actor. Their records are in the store. */
export interface ParkedFlows<Row extends VerifyRow> {
  readonly park: (row: Row, parked: Parked) => void;
  readonly has: (userId: UserId) => boolean;
  /** @returns null where the flow isn't here. */
  readonly take: (userId: UserId) => TakenOut<Row> | null;
  /** How many are here, those that are ready included. */
  readonly size: () => number;
  /** Lets go of all. */
  readonly close: () => void;
}

interface Waiting<Row> {
  readonly row: Row;
  readonly parked: Parked;
  /** null: none has come. */
  answer: CodeAnswer | NoCodes | null;
  isReady: boolean;
  cancelTimer: () => void;
  readonly stopAsking: () => void;
}

/**
 * Asks the source for each flow: a fiber and a timer, together 3.4 KB with the row and its record, where a flow
 * with its actor has 27.
 *
 * @param onReady called once for each flow that has an answer, or has waited for long enough. It is taken then.
 */
export function createParkedFlows<Row extends VerifyRow>(
  clock: Clock,
  codes: Pick<CodeSource, "next">,
  onReady: (userId: UserId) => void,
): ParkedFlows<Row> {
  const waiting = new Map<UserId, Waiting<Row>>();

  const ready = (flow: Waiting<Row>) => {
    flow.cancelTimer();
    if (flow.isReady) return;
    flow.isReady = true;
    onReady(flow.row.userId);
  };
  const leave = (flow: Waiting<Row>) => {
    waiting.delete(flow.row.userId);
    flow.cancelTimer();
    flow.stopAsking();
  };
  const wakeUp = (flow: Waiting<Row>, afterMs: number, wake: () => void) => {
    flow.cancelTimer = clock.schedule(wake, Math.min(Math.max(afterMs, 0), LONGEST_TIMER_MS));
  };

  return {
    has: (userId) => waiting.has(userId),
    size: () => waiting.size,
    park: (row, parked) => {
      const { request, wakeAt, held } = parked;
      const fiber = held === null ? Effect.runFork(codes.next(request)) : null;
      const flow: Waiting<Row> = {
        row,
        parked,
        answer: held,
        isReady: false,
        cancelTimer: () => {},
        stopAsking: () => fiber?.interruptUnsafe(),
      };
      waiting.set(row.userId, flow);
      wakeUp(flow, wakeAt - clock.now(), () => {
        // The machine may have been suspended: the timer then fires before a code that has arrived is seen (B1).
        if (flow.answer === null) wakeUp(flow, LAST_LOOK_MS, () => ready(flow));
        else ready(flow);
      });
      fiber?.addObserver((exit) => {
        // An interrupted question has no answer.
        flow.answer ??= Exit.isSuccess(exit) ? exit.value : typedFailure(exit.cause);
        // Until it is taken, a code may still come.
        if (flow.answer !== null && waiting.get(row.userId) === flow) ready(flow);
      });
    },
    take: (userId) => {
      const flow = waiting.get(userId);
      if (flow === undefined) return null;
      leave(flow);
      const { row, answer, parked } = flow;
      const { request, memory } = parked;
      const { channel, generation } = request;
      return { row, resumed: { channel, generation, memory, answer } };
    },
    close: () => {
      for (const flow of waiting.values()) leave(flow);
    },
  };
}
