import type { Context } from "@restatedev/restate-sdk";
import type {
  ApiAnswer,
  ApiFailure,
  CallResult,
  ConfirmInput,
  Channel,
  SendInput,
  StatusInput,
} from "@veristep/core";
import { confirmWithCode, requestCode, stamped } from "@veristep/core/host";
import { err, errAsync, ResultAsync } from "neverthrow";
import type { CodeLookup, WorkerPorts } from "../ports.js";
import type { RunEnd, Work } from "./runs.js";

/** A look-up that takes longer holds up its flow only. */
const LONGEST_LOOKUP_MS = 10_000;

/** The code existed when the confirm was requested. If it isn't found soon, it is gone. */
const LONGEST_CODE_LOOKUP_MS = 5_000;

/** A step that was begun and has no stored outcome: it may have been done. */
const cutShort: ApiFailure = { kind: "noAnswer", reason: "aborted", traceId: null, origin: "client" };

/** The work of a run that is a call of the API. */
export type Call = Exclude<Work, { readonly src: "waitUntil" }>;

/** Makes the calls of flows, as steps of the engine. */
export function createSteps({ api, findContact, codes, random = Math.random, onDefect }: WorkerPorts) {
  const stamps = { now: () => Date.now(), random };

  /** Calls one of the worker's own ports. If that fails, nothing was sent, so it can be repeated. */
  const found = <T>(
    ask: (signal: AbortSignal) => Promise<T>,
    longestMs: number,
  ): ResultAsync<T, ApiFailure> =>
    ResultAsync.fromThrowable(
      () => ask(AbortSignal.timeout(longestMs)),
      (): ApiFailure => ({ kind: "unreachable", traceId: null, origin: "client" }),
    )();

  const settled = async <T>(call: () => ApiAnswer<T>): Promise<RunEnd> => {
    try {
      // A call is a call of this machine's, whichever its type.
      return { kind: "done", result: (await stamped(stamps, call)) as CallResult<never> };
    } catch (error) {
      onDefect?.(error);
      return { kind: "threw" };
    }
  };

  /** A step is never aborted: the machine drops late results. One signal for each call, as a fetch listens to it. */
  const never = () => new AbortController().signal;

  const readStatus = (input: StatusInput) => settled(() => api.status({ ...input, signal: never() }));

  const contactOf = ({ contactRef: ref, userId }: SendInput | ConfirmInput, channel: Channel) =>
    found((signal) => findContact({ ref, userId, channel }, signal), LONGEST_LOOKUP_MS);

  const sendCode = (input: SendInput) =>
    settled(async () => {
      const contact = await contactOf(input, input.operation === "sendEmailCode" ? "email" : "phone");
      return contact.isErr()
        ? err(contact.error)
        : requestCode(api, input, contact.value ?? undefined, never());
    });

  const confirmCode = (input: ConfirmInput, lookup: CodeLookup | null) =>
    settled(async () => {
      if (lookup === null) return err(cutShort);
      const contact = await contactOf(input, input.operation === "confirmEmail" ? "email" : "phone");
      if (contact.isErr()) return err(contact.error);
      const code = await found((signal) => codes.find(lookup, signal), LONGEST_CODE_LOOKUP_MS);
      if (code.isErr()) return err(code.error);
      return confirmWithCode(api, input, code.value ?? undefined, contact.value ?? undefined, never());
    });

  /**
   * A request that changes something is made once, whatever dies: the intent is durable before it, the outcome after
   * it (B41). An intent without an outcome means that an earlier attempt was cut short and may have arrived: that
   * counts as no answer, and the machine can continue after it (B1, B2, B31).
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
