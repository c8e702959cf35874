import type { ConfirmResult, SendResult, StatusResult, WaitResult } from "./context.js";
import type { Deadline } from "./deadline.js";
import type { ReadSlot } from "./guards.js";
import type { ConfirmVerdict, SendVerdict, StatusVerdict } from "./verdicts.js";

/*
 * The words in which the charts speak of the end of a call: `guard: sendWas("accepted")`. Each hands the
 * call's result on to a named guard or action, whose type XState checks.
 */

/** The event with which an invoked actor says that it is done. */
export interface Done<Result> {
  readonly event: { readonly output: Result };
}

export const sendWas = (verdict: SendVerdict) => ({
  type: "sendWas" as const,
  params: ({ event }: Done<SendResult>) => ({ verdict, result: event.output }),
});

export const confirmWas = (verdict: ConfirmVerdict) => ({
  type: "confirmWas" as const,
  params: ({ event }: Done<ConfirmResult>) => ({ verdict, result: event.output }),
});

export const statusWas = (verdict: StatusVerdict, slot: ReadSlot) => ({
  type: "statusWas" as const,
  params: ({ event }: Done<StatusResult>) => ({ verdict, slot, result: event.output }),
});

/** A guard or an action that takes the result of the call as it is. */
export const withResult = <const Type extends string>(type: Type) => ({
  type,
  params: <Result extends SendResult | ConfirmResult | StatusResult | WaitResult>({
    event,
  }: Done<Result>): Result => event.output,
});

export const withRead = <const Type extends "noteStatus" | "noteReadRepeat" | "noteReadFailure">(
  type: Type,
  slot: ReadSlot,
) => ({ type, params: ({ event }: Done<StatusResult>) => ({ slot, result: event.output }) });

/** Where nothing was planned there is nothing to wait for, and the wait ends at once. */
export const waitFor = (deadline: Deadline | null | undefined): Deadline => ({
  until: deadline?.until ?? 0,
  lengthMs: deadline?.lengthMs ?? 0,
});
