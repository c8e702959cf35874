import { handlers, object, type ObjectContext } from "@restatedev/restate-sdk";
import type { VerificationInput } from "@veristep/core";
import { inputFor, refusalOf, type CommandEvent } from "@veristep/core/host";
import type { WorkerPorts } from "../ports.js";
import {
  flowObject,
  type Answer,
  type BeginRequest,
  type Beginning,
  type Begun,
  type CommandRequest,
  type FlowHandlers,
} from "./flow-api.js";
import type { FlowState } from "./flow-state.js";
import { createSteps } from "./steps.js";
import { createTurns, type OpenTurn, type TurnKeeping } from "./turn.js";
import { serviceOptions } from "../service-options.js";

type Context = ObjectContext<FlowState>;

const inputOf = (flowId: string, beginning: Beginning, at: number): VerificationInput => {
  const { userId, email, phone, emailCodeSentAt, policy } = beginning;
  return inputFor(
    { user: { id: userId, emailCodeSentAt: emailCodeSentAt ?? undefined }, flowId },
    policy,
    { email, phone },
    at,
  );
};

const isSame = (turn: OpenTurn, { userId, policy }: Beginning): boolean => {
  const { context } = turn.snapshot();
  return context.userId === userId && JSON.stringify(context.policy) === JSON.stringify(policy);
};

/**
 * The object that a flow is: its snapshot, and the turns that take it on, one at a time for each flow, on whichever
 * worker. Private: an event that the machine doesn't know would go through no check here.
 */
export function createFlowObject(options: WorkerPorts & TurnKeeping): typeof flowObject {
  const turns = createTurns(options);
  const steps = createSteps(options);

  const begin = async (ctx: Context, { beginning, thenSettled }: BeginRequest): Promise<Begun | null> => {
    const known = await turns.resume(ctx);
    const isSpent = beginning.anew && known?.snapshot().hasTag("failed") === true;
    const isNew = known === null || isSpent;
    if (!isNew && !isSame(known, beginning)) return null;
    const turn = isNew ? turns.begin(ctx, inputOf(ctx.key, beginning, await ctx.date.now())) : known;
    const isSettled = turns.isSettled(turn.seen().view);
    if (!isSettled && thenSettled !== null) turn.await({ until: "settled", awakeable: thenSettled });
    if (isNew || (!isSettled && thenSettled !== null)) turn.close();
    return { seen: turn.seen(), isSettled };
  };

  const command = async (ctx: Context, { command, thenSettled }: CommandRequest): Promise<Answer> => {
    const turn = await turns.resume(ctx, await ctx.date.now());
    if (turn === null) throw turns.unknownFlow();
    // Each kind of command is the event of that type, without its time.
    const event = { ...command, at: turn.now } as CommandEvent;
    const refusal =
      refusalOf(turn.snapshot(), event) ??
      (event.type === "code.submitted" && turn.isRefused(event.codeRef)
        ? ({ kind: "codeAlreadyRefused" } as const)
        : null);
    if (refusal !== null) return { taken: false, refusal, view: turn.seen().view };
    turn.flow.send(event);
    if (thenSettled !== null) turn.await({ until: "settled", awakeable: thenSettled });
    turn.close();
    return { taken: true, view: turn.seen().view };
  };

  const handle: FlowHandlers = {
    begin,
    command,
    settled: async (ctx, { run, end }) => {
      if (await turns.isOver(ctx)) return;
      const turn = await turns.resume(ctx, end.kind === "done" ? end.result.at : undefined);
      if (turn?.end(run, end) === true) turn.close();
    },
    wake: async (ctx, { run }) => {
      if (await turns.isOver(ctx)) return;
      const turn = await turns.resume(ctx, await ctx.date.now());
      if (turn?.end(run, { kind: "done", result: { at: turn.now } }) === true) turn.close();
    },
    watch: async (ctx, waiter) => {
      const turn = await turns.resume(ctx);
      if (turn === null) throw turns.unknownFlow();
      const seen = turn.seen();
      const isOver = turn.snapshot().status !== "active";
      if (isOver || (waiter.until === "settled" && turns.isSettled(seen.view))) return seen;
      turn.await(waiter);
      turn.close();
      return null;
    },
    forget: async (ctx) => {
      ctx.clearAll();
    },
    perform: async (ctx, { run, call, lookup }) => {
      const end = await steps.perform(ctx, call, lookup);
      ctx.objectSendClient(flowObject, ctx.key).settled({ run, end });
    },
    look: turns.look,
  };

  const { shared } = handlers.object;
  return object({
    ...flowObject,
    handlers: { ...handle, perform: shared(handle.perform), look: shared(handle.look) },
    options: { ...serviceOptions, ingressPrivate: true },
  });
}
