import { TerminalError, type ObjectContext, type ObjectSharedContext } from "@restatedev/restate-sdk";
import {
  view,
  type ApiFailure,
  type EpochMs,
  type VerificationInput,
  type VerificationMachine,
  type VerificationView,
} from "@veristep/core";
import { flowObject, type Seen } from "./flow-api.js";
import { newBooks, type Books, type FlowState } from "./flow-state.js";
import {
  openFlow,
  readFlow,
  type HostedFlow,
  type StoredSnapshot,
  type VerificationSnapshot,
} from "./hosted-flow.js";
import type { Run, RunEnd, Work } from "./runs.js";
import type { Versions } from "./versions.js";
import { later } from "./later.js";

type Context = ObjectContext<FlowState>;

const unknownFlow = () => new TerminalError("There is no such flow.", { errorCode: 404 });

/** Whether the driver of the flow has something to do. While a code is being sent, the one before is about to expire. */
const isSettled = ({ step, awaiting, activities }: VerificationView): boolean =>
  step === "verified" || step === "failed" || (awaiting !== null && !activities.includes("sending"));

/** The time of the last event of a stored flow. */
const lastTold = (stored: StoredSnapshot): EpochMs =>
  // Only snapshots of the verification machine are stored.
  (stored as unknown as VerificationSnapshot).context.now;

const generationOf = ({ context }: VerificationSnapshot): string =>
  `${context.channel}/${context.facts[context.channel].generation}`;

const wasRefused = (failure: ApiFailure): boolean =>
  failure.kind === "codeRejected" || failure.kind === "codeMalformed";

/** Returns the books after a run. */
function booked(books: Books, { src, input }: Work, end: RunEnd, before: VerificationSnapshot): Books {
  if (end.kind === "threw") return books;
  if (src === "sendCode") {
    // Its result is that of a call, which a wait alone is not.
    const startedAt = "startedAt" in end.result ? end.result.startedAt : end.result.at;
    return { ...books, sendBeganAt: { ...books.sendBeganAt, [before.context.channel]: startedAt } };
  }
  if (src !== "confirmCode" || !("outcome" in end.result) || end.result.outcome.ok) return books;
  if (!wasRefused(end.result.outcome.failure)) return books;
  const generation = generationOf(before);
  const refs = books.refused.generation === generation ? books.refused.refs : [];
  return { ...books, refused: { generation, refs: [...refs, input.codeRef] } };
}

/** A flow in the middle of its turn. */
export interface OpenTurn {
  readonly now: EpochMs;
  readonly flow: HostedFlow;
  readonly snapshot: () => VerificationSnapshot;
  readonly seen: () => Seen;
  /** Whether the service has refused the code of this reference, and no newer code was sent since (B10). */
  readonly isRefused: (codeRef: string) => boolean;
  /** @returns whether the flow still wanted it. */
  readonly end: (run: number, end: RunEnd) => boolean;
  readonly await: (waiter: Books["waiters"][number]) => void;
  /** Stores the changes, hands out new work, and resolves the waiters whose condition is met. */
  readonly close: () => void;
}

export interface TurnKeeping {
  readonly versions: Versions;
  readonly keepEndedMs: number;
  readonly onChange?: ((flowId: string, view: VerificationView) => void) | undefined;
}

/** Turns of flows on the engine: a turn takes one flow from its stored state through one event to the next. */
export function createTurns({ versions, keepEndedMs, onChange }: TurnKeeping) {
  const stored = async (ctx: ObjectSharedContext<FlowState>) => {
    const version = await ctx.get("version");
    const snapshot = await ctx.get("snapshot");
    return version === null || snapshot === null ? null : { machine: versions.named(version), snapshot };
  };

  const open = (
    ctx: Context,
    machine: VerificationMachine,
    from: { readonly input: VerificationInput } | { readonly stored: StoredSnapshot },
    kept: Books,
    now: EpochMs,
  ): OpenTurn => {
    let books = kept;
    const begun: Run[] = [];
    const flow = openFlow(machine, from, {
      onRun: (work) => {
        const { nextRun } = books;
        books = { ...books, nextRun: nextRun + 1 };
        begun.push({ ...work, run: nextRun });
        return nextRun;
      },
      onChange: (snapshot) => onChange?.(ctx.key, view(snapshot, now)),
    });
    const wasActive = "input" in from || flow.snapshot().status === "active";

    const seen = (): Seen => {
      const { context } = flow.snapshot();
      const { channel } = context;
      const { generation, sentAt } = context.facts[channel];
      return {
        view: view(flow.snapshot(), now),
        code: {
          userId: context.userId,
          channel,
          generation,
          contact: context.contacts[channel],
          sentAt,
          notBefore: books.sendBeganAt[channel],
        },
      };
    };

    const handOut = ({ run, ...work }: Run) => {
      if (work.src === "waitUntil") {
        const { until, lengthMs } = work.input;
        // The length as it was: a clock of another worker that is behind doesn't make the wait longer (B7).
        const delay = Math.min(Math.max(until - now, 0), lengthMs);
        ctx.objectSendClient(flowObject, ctx.key).wake({ run }, later(delay));
        return;
      }
      const lookup = work.src === "confirmCode" ? { ...seen().code, ref: work.input.codeRef } : null;
      ctx.objectSendClient(flowObject, ctx.key).perform({ run, call: work, lookup });
    };

    const wake = () => {
      const now = seen();
      const isOver = flow.snapshot().status !== "active";
      const due = books.waiters.filter(({ until }) => isOver || (until === "settled" && isSettled(now.view)));
      for (const { awakeable } of due) ctx.resolveAwakeable(awakeable, now);
      if (due.length > 0) books = { ...books, waiters: books.waiters.filter((one) => !due.includes(one)) };
    };

    return {
      now,
      flow,
      snapshot: flow.snapshot,
      seen,
      isRefused: (codeRef) =>
        books.refused.generation === generationOf(flow.snapshot()) && books.refused.refs.includes(codeRef),
      end: (run, end) => {
        const before = flow.snapshot();
        const work = flow.end(run, end);
        if (work !== null) books = booked(books, work, end, before);
        return work !== null;
      },
      await: (waiter) => {
        books = { ...books, waiters: [...books.waiters, waiter] };
      },
      close: () => {
        // The engine makes the turn again, until a worker is there whose machine can take it.
        if (flow.failed()) throw new Error("The machine failed.");
        for (const run of begun) handOut(run);
        wake();
        ctx.set("snapshot", flow.stored());
        ctx.set("books", books);
        if (wasActive && flow.snapshot().status !== "active") {
          ctx.objectSendClient(flowObject, ctx.key).forget(later(keepEndedMs));
        }
      },
    };
  };

  return {
    /** Begins a flow that isn't there yet. */
    begin: (ctx: Context, input: VerificationInput): OpenTurn => {
      ctx.set("version", versions.latest);
      return open(ctx, versions.named(versions.latest), { input }, newBooks(input.at), input.at);
    },
    /**
     * @param at the time, from the engine; without it, that of the flow's last turn.
     * @returns null where there is no such flow.
     */
    resume: async (ctx: Context, at?: EpochMs): Promise<OpenTurn | null> => {
      const found = await stored(ctx);
      if (found === null) return null;
      const books = await ctx.get("books");
      const now = at ?? lastTold(found.snapshot);
      return open(ctx, found.machine, { stored: found.snapshot }, books ?? newBooks(now), now);
    },
    /** Whether nothing can happen to the flow any more: it has ended, or is forgotten. */
    isOver: async (ctx: Context): Promise<boolean> => (await ctx.get("snapshot"))?.status !== "active",
    /** The flow as it is, without a turn. @throws a 404 if it doesn't exist. */
    look: async (ctx: ObjectSharedContext<FlowState>): Promise<VerificationView> => {
      const found = await stored(ctx);
      if (found === null) throw unknownFlow();
      return view(readFlow(found.machine, found.snapshot), await ctx.date.now());
    },
    unknownFlow,
    isSettled,
  };
}
