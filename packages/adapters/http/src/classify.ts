import type { ApiFailure, EpochMs, ProtocolProblem } from "@veristep/core";
import { err, ok, type Result } from "neverthrow";
import { readProblem, saidOf } from "./bodies.js";
import type { Answer } from "./exchange.js";
import type { BadRequest, Operation } from "./operations.js";
import { noAnswer, protocol } from "./own-failures.js";
import { parseRetryAfter } from "./retry-after.js";

/** The context that reading an answer needs. */
export interface Reading {
  readonly now: () => EpochMs;
  /** Returns the sent values that must not appear in a failure (B26). */
  readonly secrets: () => readonly string[];
}

// One for all, because each holds a converter of the platform's. Made late, because React Native has none.
let utf8: TextDecoder | undefined;
const decode = (content: Uint8Array): string =>
  (utf8 ??= new TextDecoder("utf-8", { fatal: true })).decode(content);

/** Which types the service writes, and which ones show that something else wrote an empty body. */
interface Types {
  readonly json: RegExp;
  readonly foreign: RegExp;
}

// A problem isn't a success, whatever the status says (B5).
const successTypes: Types = { json: /^(application|text)\/json\s*(;|$)/i, foreign: /html|problem/i };
const errorTypes: Types = { json: /^(application\/(problem\+)?json|text\/json)\s*(;|$)/i, foreign: /html/i };

/**
 * What an answer means for an operation: by status, operation and machine-readable members, never by
 * prose (B25). Success is nothing but the documented status with a body of the documented shape (B5, B22).
 */
export function classify<T>(
  operation: Operation<T>,
  answer: Answer,
  reading: Reading,
): Result<T, ApiFailure> {
  const { status, redirected } = answer;
  if (redirected) return err(protocol("redirect", status));
  if (status !== operation.success) return err(classifyError(operation, answer, reading));
  return readJson(answer, successTypes)
    .andThen(operation.read)
    .mapErr((reason): ApiFailure => {
      // A body that broke off is an answer that did not arrive.
      if (reason === "cut") return noAnswer("connectionLost");
      return reason === "codeRejected"
        ? { kind: reason, traceId: null, origin: "service" }
        : protocol(reason, status);
    });
}

/** The body of an error only refines what the status says, so one that can't be read counts as empty. */
function classifyError<T>(operation: Operation<T>, answer: Answer, reading: Reading): ApiFailure {
  const { status } = answer;
  const problem = readProblem(readJson(answer, errorTypes).unwrapOr(null), status);
  const theirs = problem.traceId;
  const isSafe = theirs !== null && !reading.secrets().some((secret) => theirs.includes(secret));
  const traceId = isSafe ? theirs : null;

  const fail = (kind: BadRequest | "unauthorized" | "userNotFound" | "serverError"): ApiFailure => {
    const source = { traceId, origin: "service" } as const;
    if (kind === "unexpectedStatus") return protocol(kind, status, traceId);
    if (kind === "serverError") return { kind, status, ...source };
    if (kind === "throttled")
      return { kind, retryAfterMs: parseRetryAfter(answer.headers, reading.now), ...source };
    if (kind === "contactInvalid") return { kind: "contactRefused", reason: "invalid", ...source };
    if (kind === "contactRefused") return { kind, reason: null, ...source };
    return { kind, ...source };
  };

  if (status === 401) return fail("unauthorized");
  if (status === 429) return fail("throttled");
  if (status >= 500) return fail("serverError");
  if (status !== 400 && status !== 404) return fail("unexpectedStatus");
  // A proxy's page. Taken for the service's own, a 400 would cost the user an attempt, and a 404 the flow.
  if (isForeign(answer, errorTypes)) return protocol("contentType", status);
  // A gateway without a route says 404 as well, for a moment: only the service's own words are final (B12).
  if (status === 404) return fail(problem.isDetails ? operation.notFound : "unexpectedStatus");
  if (saidOf(problem, "error").includes("UserNotFound") && operation.notFound === "userNotFound")
    return fail("userNotFound");
  const { fields, means } = operation.blamed;
  return fail(fields.some((field) => saidOf(problem, field).length > 0) ? means : operation.badRequest);
}

/** The JSON of a body; `undefined` where it is empty. */
function readJson(answer: Answer, types: Types): Result<unknown, ProtocolProblem | "cut"> {
  const { body } = answer;
  if (typeof body === "string") return err(body);
  if (isForeign(answer, types)) return err("contentType");
  const { content } = body;
  // An empty body isn't compressed, but a compressed body that broke off early unpacks to nothing.
  if (content.length === 0)
    return answer.headers.has("content-encoding") ? err("malformedBody") : ok(undefined);
  try {
    const text = typeof content === "string" ? content : decode(content);
    return ok(JSON.parse(text));
  } catch {
    return err("malformedBody");
  }
}

/** Whether something else than the service wrote this. An empty body needs no type (B22). */
function isForeign({ headers, body }: Answer, types: Types): boolean {
  const type = headers.get("content-type") ?? "";
  const isEmpty = typeof body !== "string" && body.content.length === 0;
  return isEmpty ? types.foreign.test(type) : !types.json.test(type);
}
