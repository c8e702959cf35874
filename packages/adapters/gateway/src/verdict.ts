import type { ApiFailure } from "@veristep/core";
import { err, ok, type Result } from "neverthrow";
import type { DecidedBy } from "./events.js";
import type { Refusal } from "./limits/refusal.js";
import type { GatewayValues, GatewayOperation } from "./protocol.js";

/** The outcome of a request, and which part decided it. */
export interface Verdict {
  readonly result: Result<GatewayValues[GatewayOperation], ApiFailure>;
  readonly by: DecidedBy;
  /** Masked; null where the operation is about none. */
  readonly contact: string | null;
  readonly hidden: "taken" | null;
  /** The service's trace id, for the event. The page may not get it. */
  readonly traceId: string | null;
}

const ours = { origin: "gateway", traceId: null } as const;

/** The failures that are the gateway's own. */
export const failures = {
  noSession: { kind: "unauthorized", ...ours },
  contactNeeded: { kind: "contactNeeded", ...ours },
  codeMalformed: { kind: "codeMalformed", ...ours },
  notAllowed: { kind: "contactRefused", reason: "notAllowed", ...ours },
  invalidContact: { kind: "contactRefused", reason: "invalid", ...ours },
  /** Nothing was sent on: the page may repeat it. */
  notSent: { kind: "unreachable", ...ours },
  timeout: { kind: "noAnswer", reason: "timeout", ...ours },
  /** Something broke, and the service may have acted. */
  broken: { kind: "serverError", status: 500, ...ours },
} as const satisfies Readonly<Record<string, ApiFailure>>;

/** A refused code, without the service's trace id. */
export const wrongCode = {
  kind: "codeRejected",
  origin: "service",
  traceId: null,
} as const satisfies ApiFailure;

export const invalidRequest = (argument: string): ApiFailure => ({
  kind: "invalidRequest",
  argument,
  ...ours,
});

export const refused = (failure: ApiFailure, by: DecidedBy, contact: string | null = null): Verdict => ({
  result: err(failure),
  by,
  contact,
  hidden: null,
  traceId: failure.traceId,
});

export const succeeded = (
  value: GatewayValues[GatewayOperation],
  contact: string | null = null,
): Verdict => ({
  result: ok(value),
  by: "service",
  contact,
  hidden: null,
  traceId: null,
});

export const limited = ({ limit, retryAfterMs }: Refusal, contact: string | null): Verdict =>
  refused({ kind: "throttled", retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)), ...ours }, limit, contact);
