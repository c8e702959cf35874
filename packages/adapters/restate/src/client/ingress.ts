import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { err, ok, ResultAsync, type Result } from "neverthrow";

/** Why the engine gave no answer to a call. */
export type IngressFailure =
  /** No ingress could be reached for as long as was waited, or the wait was given up. */
  | { readonly kind: "unreachable" }
  /** The request is invalid, or no such flow exists: repeating it would change nothing. */
  | { readonly kind: "refused"; readonly status: number; readonly problem: string };

export interface IngressOptions {
  /** Where the engine takes calls: any node will do, and the next one is tried when one fails. */
  readonly ingresses: readonly string[];
  /** For an ingress behind a gateway: `{ authorization: "Bearer …" }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For how long a call is tried while no ingress answers, in ms. @defaultValue 120,000 */
  readonly patienceMs?: number | undefined;
}

export interface CallOptions {
  /**
   * Calls with the same key are one call: a repeat gets the answer of the first, for as long as the engine keeps it
   * (a day by default). @defaultValue one for this call and its repeats
   */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An attempt without an answer is repeated after this time. Its key attaches it to the call in progress. */
const LONGEST_ATTEMPT_MS = 60_000;

/** An ingress that held a call for this long is up, and the call waits for its flow. */
const LEAST_HELD_MS = 1_000;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

const isPassing = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

/** Errors of connections that never reached an ingress. */
const notReached: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Returns the code of the error that made a fetch fail. */
const codeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error ? Reflect.get(error.cause, "code") : null;

/** Returns the engine's message about a call that failed. `source` is "invocation" where a service has answered so for good. */
const problemOf = (text: string): { readonly problem: string; readonly isFinal: boolean } => {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null) return { problem: "", isFinal: false };
    const problem = "message" in body && typeof body.message === "string" ? body.message : "";
    return { problem, isFinal: "source" in body && body.source === "invocation" };
  } catch {
    return { problem: "", isFinal: false };
  }
};

/** @throws where there is no ingress to call, or one is no address. */
export function createIngress({ ingresses, headers = {}, patienceMs = 120_000 }: IngressOptions) {
  const urls = ingresses.map((ingress) => new URL(ingress.endsWith("/") ? ingress : `${ingress}/`));
  if (urls.length === 0) throw new Error("An ingress is needed.");
  /** All calls go where the last one got through. */
  let preferred = 0;

  /** @returns what was answered; else whether the ingress had taken the call, which may be made again. */
  const attempt = async <T>(
    path: string,
    body: unknown,
    key: string,
    signal: AbortSignal,
  ): Promise<Result<T, IngressFailure> | "cutOff" | "notTaken"> => {
    const at = preferred;
    const startedAt = performance.now();
    try {
      const response = await fetch(new URL(path, urls[at % urls.length]), {
        method: "POST",
        headers: { ...headers, "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify(body),
        redirect: "error",
        signal,
      });
      const text = await response.text();
      // Our own services return this.
      if (response.ok) return ok(JSON.parse(text) as T);
      const { problem, isFinal } = problemOf(text);
      if (isFinal || !isPassing(response.status)) {
        return err({ kind: "refused", status: response.status, problem });
      }
    } catch (error) {
      // The key makes the next attempt the same call.
      const held = performance.now() - startedAt;
      if (held >= LEAST_HELD_MS && !notReached.has(codeOf(error))) return "cutOff";
    }
    if (preferred === at) preferred += 1;
    return "notTaken";
  };

  const call = async <T>(
    path: string,
    body: unknown,
    { idempotencyKey = randomUUID(), signal }: CallOptions,
  ): Promise<Result<T, IngressFailure>> => {
    let lastTaken = performance.now();
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      const longest = AbortSignal.timeout(LONGEST_ATTEMPT_MS);
      const all = signal === undefined ? longest : AbortSignal.any([signal, longest]);
      const answer = await attempt<T>(path, body, idempotencyKey, all);
      if (typeof answer === "object") return answer;
      if (answer === "cutOff") [lastTaken, pause] = [performance.now(), FIRST_PAUSE_MS];
      if (signal?.aborted === true || performance.now() - lastTaken > patienceMs) {
        return err({ kind: "unreachable" });
      }
      await sleep(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  };

  return <T>(path: string, body: unknown, options: CallOptions = {}): ResultAsync<T, IngressFailure> =>
    new ResultAsync(call<T>(path, body, options));
}
