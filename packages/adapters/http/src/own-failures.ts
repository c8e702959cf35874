import type { ApiFailure, ProtocolProblem } from "@veristep/core";

/* The failures that this adapter concludes by itself, because nothing of the service says what happened. */

const own = { traceId: null, origin: "client" } as const;

export const unreachable: ApiFailure = { kind: "unreachable", ...own };

export const tokenUnavailable: ApiFailure = { kind: "tokenUnavailable", ...own };

export const contactInvalid: ApiFailure = { kind: "contactRefused", reason: "invalid", ...own };

export const noAnswer = (reason: "timeout" | "connectionLost" | "aborted"): ApiFailure => ({
  kind: "noAnswer",
  reason,
  ...own,
});

/** A caller's mistake, as opposed to a user's. */
export const invalidRequest = (argument: string): ApiFailure => ({
  kind: "invalidRequest",
  argument,
  ...own,
});

export const protocol = (
  problem: ProtocolProblem,
  status: number,
  traceId: string | null = null,
): ApiFailure => ({ kind: "protocol", problem, status, ...own, traceId });
