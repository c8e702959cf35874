import type { Context } from "@restatedev/restate-sdk";
import type { ApiFailure, CallResult, ConfirmInput, SendInput, StatusInput } from "@veristep/core";
import { confirmWithCode, requestCode, stamped } from "@veristep/core/host";
import { errAsync, ResultAsync } from "neverthrow";
import type { CodeLookup, WorkerPorts } from "../ports.js";
import type { RunEnd, Work } from "./runs.js";

/** A look-up that takes longer holds up its flow only. */
const LONGEST_LOOKUP_MS = 10_000;

/** The code was seen when the confirm was asked for: what isn't there soon has gone. */
const LONGEST_CODE_LOOKUP_MS = 5_000;

/** A step that was begun and whose end nobody knows: it may have been done. */
const cutShort: ApiFailure = { kind: "noAnswer", reason: "aborted", traceId: null };

/** The work of a run that is a call of the API. */
export type Call = Exclude<Work, { readonly src: "waitUntil" }>;

/** Makes the calls of flows, as steps of the engine. */
export function createSteps({ api, findContact, codes, random = Math.random, onDefect }: WorkerPorts) {
  const stamps = { now: () => Date.now(), random };

  /** What was asked of a port of the worker's own. Where that fails, nothing was sent, so it can be repeated. */
  const found = <T>(
    ask: (signal: AbortSignal) => Promise<T>,
    longestMs: number,
  ): ResultAsync<T, ApiFailure> =>
    ResultAsync.fromThrowable(
      () => ask(AbortSignal.timeout(longestMs)),
      (): ApiFailure => ({ kind: "unreachable", traceId: null }),
    )();

  const settled = async <T>(call: () => ResultAsync<T, ApiFailure>): Promise<RunEnd> => {
    try {
      // A call is a call of this machine's, whichever its type.
      return { kind: "done", result: (await stamped(stamps, call)) as CallResult<never> };
    } catch (error) {
      onDefect?.(error);
      return { kind: "threw" };
    }
  };

  /** Nobody gives up a step: the machine drops what comes too late. One for each call, as a fetch listens to it. */
  const never = () => new AbortController().signal;

  const readStatus = (input: StatusInput) => settled(() => api.status({ ...input, signal: never() }));

  const sendCode = (input: SendInput) =>
    settled(() => {
      const channel = input.operation === "sendEmailCode" ? "email" : "phone";
      const contact =
        input.operation === "resendPhoneCode"
          ? ResultAsync.fromSafePromise(Promise.resolve(null))
          : found(
              (signal) => findContact({ ref: input.contactRef, userId: input.userId, channel }, signal),
              LONGEST_LOOKUP_MS,
            );
      return contact.andThen((known) => requestCode(api, input, known ?? undefined, never()));
    });

  const confirmCode = (input: ConfirmInput, lookup: CodeLookup | null) =>
    settled(() => {
      if (lookup === null) return errAsync<"confirmed", ApiFailure>(cutShort);
      return found((signal) => codes.find(lookup, signal), LONGEST_CODE_LOOKUP_MS).andThen((code) =>
        confirmWithCode(api, input, code ?? undefined, never()),
      );
    });

  /**
   * A request that changes something is made once, whatever dies: the intent is durable before it, the outcome after
   * it (B41). Where the intent is found and no outcome, an earlier try was cut short, and may have been heard: that
   * is no answer, which the machine knows how to go on from (B1, B2, B31).
   */
  const once = async (ctx: Context, request: () => Promise<RunEnd>): Promise<RunEnd> => {
    let isFirstTry = false;
    const intent = await ctx.run("intent", () => {
      isFirstTry = true;
      return { startedAt: stamps.now() };
    });
    return ctx.run("request", () =>
      isFirstTry
        ? request()
        : settled(() => errAsync<"accepted", ApiFailure>(cutShort)).then((end) =>
            end.kind === "done" ? { kind: "done", result: { ...end.result, ...intent } } : end,
          ),
    );
  };

  return {
    perform: (ctx: Context, call: Call, lookup: CodeLookup | null): Promise<RunEnd> => {
      switch (call.src) {
        case "readStatus":
          return ctx.run("readStatus", () => readStatus(call.input));
        case "sendCode":
          return once(ctx, () => sendCode(call.input));
        case "confirmCode":
          return once(ctx, () => confirmCode(call.input, lookup));
      }
    },
  };
}
