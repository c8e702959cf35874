import { isUserId, type ApiFailure } from "@veristep/core";
import { addressGroup } from "./client-address.js";
import { createConfirms } from "./confirms.js";
import { memoryCounters } from "./counters/memory.js";
import { CountersDown, watchedCounters } from "./counters/watched.js";
import { createGuard, preflightHeaders } from "./guard.js";
import { hashed } from "./hashed.js";
import { createAttemptLimits } from "./limits/attempt-limits.js";
import { createDestinationLimits } from "./limits/destination-limits.js";
import type { Excess } from "./limits/options.js";
import { createSendLimits } from "./limits/send-limits.js";
import type { Call } from "./call.js";
import { createOperations, type Operations } from "./operations.js";
import { resolveOptions, type GatewayOptions, type GatewaySettings } from "./options.js";
import { createPhoneNumbers } from "./phone-numbers.js";
import { routes, statusOf, type GatewayBody, type GatewayOperation } from "./protocol.js";
import { readJsonObject } from "./request-body.js";
import { createSends } from "./sends.js";
import { createServiceCalls } from "./service-calls.js";
import { failures, invalidRequest, refused, type Verdict } from "./verdict.js";
import { withinDeadline } from "./within-deadline.js";

/** The path of a request's URL, which its runtime has parsed before: `URL` would do it again. */
const PATH = /^[^/?#]*\/\/[^/?#]*([^?#]*)/;

/** A web-standard handler: of Next.js routes, Hono, Bun, Deno, workers, and of Node through an adapter. */
export type Gateway = (request: Request) => Promise<Response>;

/**
 * Creates the gateway. Pages verify contacts through it with the app's session alone: the access token stays on
 * the server, and the server enforces the policy whatever a page does.
 *
 * The handler never throws and never rejects.
 *
 * @throws TypeError that says what is wrong with each option.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const settings = resolveOptions(options);
  const { basePath, clock, timeoutMs, onEvent, identify } = settings;
  const guard = createGuard(settings.origins);
  const operations = createParts(settings, options);
  const byPath = new Map(
    // The names of a literal object are these.
    (Object.keys(routes) as GatewayOperation[]).map((name) => [
      `${basePath}${routes[name].path}`.replace(/\/$/, "") || "/",
      name,
    ]),
  );

  const operationOf = ({ method, url }: Request): GatewayOperation | "path" | "method" => {
    const [, path = ""] = PATH.exec(url) ?? [];
    const operation = byPath.get(path.replace(/\/$/, "") || "/");
    if (operation === undefined) return "path";
    return routes[operation].method === method ? operation : "method";
  };

  const run = async (request: Request, operation: GatewayOperation, note: Note): Promise<Verdict> => {
    let body: Call["body"] = {};
    if (request.method === "POST") {
      const read = await withinDeadline(clock, timeoutMs, (signal) => readJsonObject(request, signal));
      if (read.kind !== "done") return refused(invalidRequest("body"), "guard");
      if (typeof read.value === "string") return refused(invalidRequest(read.value), "guard");
      body = read.value;
    }
    const identified = await withinDeadline(clock, timeoutMs, () => identify(request));
    if (identified.kind !== "done") return refused(failures.notSent, "defect");
    const user = identified.value;
    if (user === null) return refused(failures.noSession, "session");
    if (!isUserId(user.userId)) return refused(failures.notSent, "defect");
    note.userId = user.userId;
    return operations[operation]({ request, user, userKey: await userKeyOf(user.userId), body, operation });
  };

  const judge = async (request: Request, note: Note): Promise<Verdict> => {
    const operation = operationOf(request);
    if (operation === "path" || operation === "method") return refused(invalidRequest(operation), "guard");
    note.operation = operation;
    if (!guard.allows(request)) return refused(invalidRequest("origin"), "guard");
    try {
      return await run(request, operation, note);
    } catch (error) {
      return error instanceof CountersDown
        ? refused(failures.notSent, "counters")
        : refused(failures.broken, "defect");
    }
  };

  return async (request) => {
    const headers = { ...securityHeaders, ...guard.corsHeaders(request) };
    if (request.method === "OPTIONS" && "access-control-allow-origin" in headers)
      return new Response(null, { status: 204, headers: { ...headers, ...preflightHeaders } });
    const note: Note = { operation: null, userId: null };
    const startedAt = clock.now();
    const verdict = await judge(request, note);
    const failure = verdict.result.isErr() ? verdict.result.error : null;
    onEvent({
      kind: "decision",
      at: startedAt,
      operation: note.operation,
      userId: note.userId,
      contact: verdict.contact,
      outcome: failure?.kind ?? "ok",
      by: verdict.by,
      origin: failure?.origin ?? null,
      traceId: verdict.traceId,
      durationMs: clock.now() - startedAt,
      hidden: verdict.hidden,
    });
    return respond(verdict, failure, headers);
  };
}

/** The facts about a request that its event needs. */
interface Note {
  operation: GatewayOperation | null;
  userId: string | number | null;
}

const securityHeaders: Readonly<Record<string, string>> = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  vary: "Origin",
};

function respond(
  { result }: Verdict,
  failure: ApiFailure | null,
  headers: Readonly<Record<string, string>>,
): Response {
  const body: GatewayBody = result.isOk()
    ? { ok: true, value: result.value }
    : { ok: false, failure: result.error };
  const waitMs = failure?.kind === "throttled" ? failure.retryAfterMs : null;
  return new Response(JSON.stringify(body), {
    status: failure === null ? 200 : statusOf(failure),
    headers: waitMs === null ? headers : { ...headers, "retry-after": String(Math.ceil(waitMs / 1_000)) },
  });
}

/** Short ids are used as they are. 7 and "7" are different users. */
const userKeyOf = async (userId: string | number): Promise<string> =>
  typeof userId === "number"
    ? `n${userId}`
    : userId.length <= 40 && /^[\w-]+$/.test(userId)
      ? `s${userId}`
      : `h${await hashed(userId)}`;

/** Puts the limits and the operations together. */
function createParts(settings: GatewaySettings, options: GatewayOptions): Operations {
  const { clock, policy, limits, timeoutMs, onEvent, clientAddress } = settings;
  const shared = options.limits?.counters;
  const counters =
    shared === undefined
      ? memoryCounters(clock)
      : watchedCounters(shared, {
          clock,
          timeoutMs: options.limits?.countersTimeoutMs ?? 2_000,
          onChange: (isDown) => {
            onEvent({ kind: "counters", state: isDown ? "down" : "up" });
          },
        });
  const whenExceeded = options.limits?.whenExceeded;
  const decide = async (excess: Excess): Promise<"allow" | "refuse"> => {
    const asked =
      whenExceeded === undefined ? null : await withinDeadline(clock, timeoutMs, () => whenExceeded(excess));
    const decision = asked?.kind === "done" && asked.value === "allow" ? "allow" : "refuse";
    onEvent({ kind: "exceeded", decision, ...excess });
    return decision;
  };
  const addressOf = ({ request, operation }: Call): string | null => {
    if (limits.perAddress === null) return null;
    let group: string | null = null;
    try {
      group = addressGroup(clientAddress?.(request) ?? null);
    } catch {
      // As if it weren't known.
    }
    if (group === null) onEvent({ kind: "noAddress", operation });
    return group;
  };
  const attempts = createAttemptLimits(policy, counters, clock, shared !== undefined);
  const destinations = createDestinationLimits(limits, counters, clock, onEvent, decide);
  const sends = createSendLimits(policy, counters, clock, attempts.lockOf);
  const service = createServiceCalls(settings);
  const rules = { sends, attempts, destinations, addressOf };
  return createOperations(settings, {
    service,
    sends: createSends(settings, service, rules),
    confirms: createConfirms(settings, service, rules),
    numbers: createPhoneNumbers(settings, counters),
  });
}
