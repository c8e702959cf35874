import type { ApiFailure } from "@veristep/core";
import { calls, outcomeOf, type OperationName } from "./calls.js";
import { stubApi } from "./stub-api.js";

/** Returns the outcome of an operation for an answer. */
export function outcomeFor(
  name: OperationName,
  answer: () => Response,
): Promise<{ ok: unknown } | ApiFailure> {
  return outcomeOf(calls[name](stubApi(answer).api));
}

export function protocol(problem: string, status: number): object {
  return { kind: "protocol", problem, status, traceId: null, origin: "client" };
}
