import type {
  ConfirmInput,
  ConfirmResult,
  SendInput,
  SendResult,
  StatusInput,
  StatusResult,
  WaitInput,
  WaitResult,
} from "@veristep/core";

/*
 * A run is one actor of the machine at work, from the state that invokes it to its result. On the engine it is its
 * own step, outside the machine's turn; its number tells two runs of the same actor apart.
 */

/** The work that the machine requests. */
export type Work =
  | { readonly src: "readStatus"; readonly input: StatusInput }
  | { readonly src: "sendCode"; readonly input: SendInput }
  | { readonly src: "confirmCode"; readonly input: ConfirmInput }
  | { readonly src: "waitUntil"; readonly input: WaitInput };

/** The machine's names for its actors. */
export const sources = [
  "readStatus",
  "sendCode",
  "confirmCode",
  "waitUntil",
] as const satisfies ReadonlyArray<Work["src"]>;

export type Run = Work & { readonly run: number };

/** The result of a run. `threw`: a defect of the API. Plain JSON: it goes through the engine. */
export type RunEnd =
  | { readonly kind: "done"; readonly result: StatusResult | SendResult | ConfirmResult | WaitResult }
  | { readonly kind: "threw" };
