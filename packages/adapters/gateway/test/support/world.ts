import { createSimulatedClock, type SimulatedClock } from "@veristep/core/testing";
import type { Channel } from "@veristep/core";
import { createGateway, type GatewayEvent, type GatewayOptions, type GatewayUser } from "@veristep/gateway";
import { createHttpApi } from "@veristep/http";
import { createSandbox, type Sandbox, type SandboxPolicy } from "@veristep/sandbox";

export const EMAIL = "ivan.petrov@example.com";
export const PHONE = "+33612345602";
/** On the file of another user. */
export const TAKEN = "+33612345601";
export const TOKEN = "merchants-own-token-nobody-else-may-see";

/** How a request differs from a page's own. */
interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream | null;
  /** The name of the session; null for a request without one. */
  readonly session?: string | null;
}

/** A gateway in this process, in front of a sandbox, with the clock in the test's hands. */
export interface World {
  readonly clock: SimulatedClock;
  readonly sandbox: Sandbox;
  readonly events: GatewayEvent[];
  readonly userId: number;
  /** Creates a user with a session; returns the session's name. */
  addUser(user?: Partial<GatewayUser>): string;
  ask(path: string, options?: RequestOptions): Promise<Response>;
  /** A request of a page of this user: its status and body. */
  post(path: string, body?: object, session?: string, headers?: Record<string, string>): Promise<Outcome>;
  get(path: string, session?: string): Promise<Outcome>;
  /** The newest code of the first user. */
  latestCode(channel: Channel): string;
  /** How many codes the service has sent. */
  sent(): number;
}

/** A response, as a page sees it. */
interface Outcome {
  readonly status: number;
  readonly body: {
    readonly ok: boolean;
    readonly value?: unknown;
    readonly failure?: { readonly kind: string; readonly [member: string]: unknown };
  };
}

export function createWorld(
  options: Partial<GatewayOptions> = {},
  service: SandboxPolicy = {},
  user: Partial<GatewayUser> = {},
): World {
  const clock = createSimulatedClock();
  const sandbox = createSandbox({ clock, policy: { tokens: [TOKEN], ...service } });
  sandbox.addUser({ email: "somebody.else@example.com", phone: TAKEN });
  const sessions = new Map<string, GatewayUser>();
  const addUser = (given: Partial<GatewayUser> = {}): string => {
    const email =
      given.email === undefined
        ? sessions.size === 0
          ? EMAIL
          : `user${sessions.size}@example.com`
        : given.email;
    const userId = given.userId ?? sandbox.addUser({ email });
    const name = `session-${sessions.size}`;
    sessions.set(name, { userId, email, ...given });
    return name;
  };
  const first = addUser(user);
  const events: GatewayEvent[] = [];
  const gateway = createGateway({
    api: createHttpApi({
      baseUrl: "http://localhost",
      getToken: () => TOKEN,
      fetch: (url, init) => sandbox.fetch(url, init),
      clock,
    }),
    identify: (request) => sessions.get(request.headers.get("x-session") ?? "") ?? null,
    destinations: { countries: ["FR", "BG"] },
    onEvent: (event) => events.push(event),
    clock,
    ...options,
  });
  const ask: World["ask"] = (path, { method = "GET", headers = {}, body = null, session = first } = {}) =>
    gateway(
      new Request(`https://shop.example/verification${path}`, {
        method,
        body,
        // A stream is sent while it is being read.
        ...(body instanceof ReadableStream && { duplex: "half" }),
        headers: { ...(session === null ? {} : { "x-session": session }), ...headers },
      }),
    );
  const outcome = async (response: Response): Promise<Outcome> => ({
    status: response.status,
    // The gateway's own bodies have this shape; what is in them is what a test looks at.
    body: (await response.json()) as Outcome["body"],
  });
  const userId = Number(sessions.get(first)?.userId);
  return {
    clock,
    sandbox,
    events,
    userId,
    addUser,
    ask,
    post: async (path, body = {}, session = first, headers = {}) =>
      outcome(
        await ask(path, {
          method: "POST",
          session,
          headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", ...headers },
          body: JSON.stringify(body),
        }),
      ),
    get: async (path, session = first) => outcome(await ask(path, { session })),
    latestCode: (channel) => sandbox.latestCode(userId, channel) ?? "",
    sent: () => sandbox.record.sent,
  };
}

/** Work that never ends, and a promise that it has begun: by then the deadline is set, too. */
export function endless() {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const work = () => {
    begin();
    return new Promise<never>(() => {});
  };
  return { work, begun };
}

/** Six digits that are certainly not `code`. */
export const otherThan = (code: string): string => (code === "000000" ? "000001" : "000000");
