import { object, type ObjectContext, type VirtualObjectDefinition } from "@restatedev/restate-sdk";
import type { Channel, FlowFailure, VerificationView, Verified } from "@veristep/core";
import { flowObject, type Beginning, type Command, type Seen } from "../flow/flow-api.js";
import type { CodeLookup, DurableCodes } from "../ports.js";
import { serviceOptions } from "../service-options.js";

/** How a flow ended that was driven without a user. */
export type DriveEnd =
  | ({ readonly kind: "verified" } & Verified)
  | { readonly kind: "failed"; readonly failure: FlowFailure }
  /** Only the user can continue the flow. It keeps its state, and another `verify` continues there. */
  | {
      readonly kind: "needsPerson";
      readonly awaiting: "code" | "phone" | "retry";
      readonly view: VerificationView;
    }
  /** Under this name there is a flow of another user, or with another policy. */
  | { readonly kind: "otherFlow" };

export interface DriveRequest {
  readonly beginning: Beginning;
  /** How long to wait for a code before requesting a new one, in ms. */
  readonly resendAfterMs: number;
  /** The maximum of resends. */
  readonly maxAutoResends: number;
  /** The maximum of extra rounds after retries run out. */
  readonly maxAutoRetries: number;
}

export interface DriverHandlers {
  drive: (ctx: ObjectContext, request: DriveRequest) => Promise<DriveEnd>;
}

/** How the facade calls it. */
export const driverObject: VirtualObjectDefinition<"VeristepDriver", DriverHandlers> = {
  name: "VeristepDriver",
};

/**
 * A look for a code is lost as a whole when its worker dies. So the first ones are short, and each further one is as
 * long as all before it: however often workers die, the wait gets on.
 */
const FIRST_LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 10_000;

/** The pause before the first round after spent repeats; each further one is twice as long. */
const FIRST_ROUND_MS = 5_000;
const LONGEST_ROUND_MS = 60_000;

/** The pause after a source of codes could not be reached, or a command wasn't taken. */
const PAUSE_MS = 1_000;

/** The state of one drive. */
interface Drive {
  /** Codes that were submitted, by channel and generation. */
  readonly tried: Set<string>;
  resends: number;
  rounds: number;
  /** For how long the code of this generation was looked for. */
  waiting: { readonly key: string; readonly forMs: number } | null;
}

/** One look for a code. Times in epoch ms. */
interface Look {
  readonly seen: "there" | "notYet" | "unreachable";
  readonly from: number;
  readonly to: number;
}

const keyOf = ({ channel, generation }: { readonly channel: Channel; readonly generation: number }) =>
  `${channel}:${generation}`;

/**
 * Drives flows without a user: it waits for codes itself. One drive at a time for each flow; a second one waits
 * for the first, and finds what it has done.
 */
export function createDriver(codes: DurableCodes) {
  /** Whether the code is there. The code itself stays in the step. */
  const look = async (lookup: CodeLookup, waitMs: number): Promise<Look> => {
    const from = Date.now();
    const seen = await codes.find(lookup, AbortSignal.timeout(waitMs)).then(
      (code) => (code === null ? "notYet" : "there"),
      () => "unreachable" as const,
    );
    return { seen, from, to: Date.now() };
  };

  const settled = async (ctx: ObjectContext): Promise<Seen> => {
    const { id, promise } = ctx.awakeable<Seen>();
    return (
      (await ctx.objectClient(flowObject, ctx.key).watch({ until: "settled", awakeable: id })) ?? promise
    );
  };

  /** @returns the flow once it is settled again, or why the command wasn't taken. */
  const command = async (
    ctx: ObjectContext,
    given: Command,
  ): Promise<{ readonly next: Seen } | { readonly refused: VerificationView }> => {
    const { id, promise } = ctx.awakeable<Seen>();
    const answer = await ctx.objectClient(flowObject, ctx.key).command({ command: given, thenSettled: id });
    return answer.taken ? { next: await promise } : { refused: answer.view };
  };

  /** Waits until a resend is allowed, and requests it. @returns null when no resend is left. */
  const resend = async (ctx: ObjectContext, drive: Drive, most: number, now: Seen): Promise<Seen | null> => {
    if (drive.resends >= most) return null;
    const at = now.view.resend?.availableAt ?? null;
    if (at !== null) await ctx.sleep(Math.max(at - (await ctx.date.now()), 0));
    const answer = await command(ctx, { type: "resend.requested" });
    if ("next" in answer) {
      drive.resends += 1;
      return answer.next;
    }
    // The view shows the obstacle.
    await ctx.sleep(PAUSE_MS);
    return settled(ctx);
  };

  /** @returns null when no code is available. */
  const enterCode = async (
    ctx: ObjectContext,
    drive: Drive,
    request: DriveRequest,
    now: Seen,
  ): Promise<Seen | null> => {
    const key = keyOf(now.code);
    if (drive.tried.has(key)) return resend(ctx, drive, request.maxAutoResends, now);
    const ref = `awaited:${key}`;
    const waited = drive.waiting?.key === key ? drive.waiting.forMs : 0;
    const left = Math.max(request.resendAfterMs - waited, 0);
    const wait = Math.min(Math.max(waited, FIRST_LOOK_MS), LONGEST_LOOK_MS, left);
    const { seen, from, to } = await ctx.run("look for the code", () => look({ ...now.code, ref }, wait));
    if (seen !== "there") {
      const pause = seen === "unreachable" ? PAUSE_MS : 0;
      drive.waiting = { key, forMs: waited + to - from + pause };
      if (pause > 0) await ctx.sleep(pause);
      return drive.waiting.forMs < request.resendAfterMs
        ? settled(ctx)
        : resend(ctx, drive, request.maxAutoResends, now);
    }
    drive.tried.add(key);
    const answer = await command(ctx, { type: "code.submitted", codeRef: ref });
    if ("next" in answer) return answer.next;
    const { lock } = answer.refused;
    if (lock !== null) {
      // It can be tried when the entry opens again.
      drive.tried.delete(key);
      await ctx.sleep(Math.max(lock.until - to, PAUSE_MS));
    }
    return settled(ctx);
  };

  const drive = async (ctx: ObjectContext, request: DriveRequest): Promise<DriveEnd> => {
    const { beginning } = request;
    const { id, promise } = ctx.awakeable<Seen>();
    const begun = await ctx.objectClient(flowObject, ctx.key).begin({ beginning, thenSettled: id });
    if (begun === null) return { kind: "otherFlow" };
    const kept: Drive = { tried: new Set(), resends: 0, rounds: 0, waiting: null };
    let seen = begun.isSettled ? begun.seen : await promise;
    for (;;) {
      const { view } = seen;
      if (view.failedBecause !== null) return { kind: "failed", failure: view.failedBecause };
      if (view.step === "verified") return { kind: "verified", ...view.evidence };
      if (view.canRetry) {
        if (kept.rounds >= request.maxAutoRetries) return { kind: "needsPerson", awaiting: "retry", view };
        await ctx.sleep(Math.min(FIRST_ROUND_MS * 2 ** kept.rounds, LONGEST_ROUND_MS));
        kept.rounds += 1;
        const answer = await command(ctx, { type: "retry.requested" });
        seen = "next" in answer ? answer.next : await settled(ctx);
      } else if (view.awaiting === "code") {
        const next = await enterCode(ctx, kept, request, seen);
        if (next === null) return { kind: "needsPerson", awaiting: "code", view };
        seen = next;
      } else {
        return { kind: "needsPerson", awaiting: "phone", view };
      }
    }
  };

  return object({
    ...driverObject,
    handlers: { drive } satisfies DriverHandlers,
    options: { ...serviceOptions, ingressPrivate: true },
  });
}
