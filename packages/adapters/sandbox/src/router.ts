import { Hono } from "hono";
import type { Answers } from "./answers.js";
import { apiContract } from "./api-contract.js";
import type { Handler } from "./api-handlers.js";
import { controlContract, type Control } from "./controls.js";
import type { FaultKind, ResolvedFault } from "./fault.js";
import { operations, type Operation } from "./operations.js";
import { readBody, type BodyReading } from "./request-body.js";

/** The dependencies of the router. */
export interface RouterParts {
  readonly answers: Answers;
  readonly handlers: Readonly<Record<Operation, Handler>>;
  readonly controls: Readonly<Record<Control, (request: Request) => Promise<Response>>>;
  nextFault(operation: Operation): ResolvedFault | null;
  recordRequest(operation: Operation, userId: number | null, fault: FaultKind | null): void;
  meetFault(fault: ResolvedFault | null, process: () => Response, signal: AbortSignal): Promise<Response>;
}

/** All routes: the API's, with faults on the way, and the sandbox's own, which never meet any. */
export function createRouter(parts: RouterParts): Hono {
  const { answers, handlers, controls } = parts;
  const app = new Hono();

  for (const operation of operations) {
    const { method, path } = apiContract[operation];
    app.on(method, honoPath(path), async (context) => {
      const request = context.req.raw;
      const pathId = context.req.param("id");
      const body = await readBody(request);
      const fault = parts.nextFault(operation);
      parts.recordRequest(operation, namedUser(pathId, body), fault?.kind ?? null);
      const process = () => handlers[operation]({ headers: request.headers, pathId, body });
      return await parts.meetFault(fault, process, request.signal);
    });
  }

  const controlNames = Object.keys(controlContract) as Control[]; // `keys` forgets the type of the keys.
  for (const control of controlNames) {
    const { method, path } = controlContract[control];
    app.on(method, honoPath(path), (context) => controls[control](context.req.raw));
  }

  const methodsOf = new Map<string, string[]>();
  for (const { method, path } of [...Object.values(apiContract), ...Object.values(controlContract)]) {
    methodsOf.set(path, [...(methodsOf.get(path) ?? []), method]);
  }
  for (const [path, methods] of methodsOf) {
    const allow = methods.join(", ");
    app.all(honoPath(path), () => answers.plain(405, `This route takes ${allow} only.`, { allow }));
  }

  // Not in problem details: those would say that a user is unknown.
  app.notFound(() => answers.notRouted("empty"));
  // Hono's own handler would log, and answer for a connection that is to be dropped.
  app.onError((error) => {
    throw error;
  });
  return app;
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** The user that a request names, for the record only: nothing is decided by it. */
function namedUser(pathId: string | undefined, body: BodyReading): number | null {
  if (pathId !== undefined) return /^\d{1,10}$/.test(pathId) ? Number(pathId) : null;
  if (body.kind === "tooLarge") return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body.bytes));
    const isNamed = typeof value === "object" && value !== null && "id" in value;
    return isNamed && typeof value.id === "number" ? value.id : null;
  } catch {
    return null;
  }
}
