import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LimitOptions } from "@veristep/gateway";
import type { PolicyOptions } from "@veristep/core";
import { serveSandbox } from "@veristep/sandbox/node";

/** A gateway in a separate process. */
export interface GatewayProcess {
  /** The status of a response, or null where none came. */
  post(path: string, userId: number, body?: object): Promise<number | null>;
  get(path: string, userId: number): Promise<number | null>;
  /** Its events about the counters, oldest first. */
  readonly counters: readonly string[];
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** The store outlives a test, so no two tests have a user in common. */
let users = 1_000;

const TOKEN = "merchants-own-token";

const started = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("exit", (code) => {
      reject(new Error(`the gateway ended with ${code}`));
    });
    child.on("message", (message) => {
      // The process is ours, and sends nothing else.
      const { port } = message as { readonly port?: number };
      if (port !== undefined) resolve(port);
    });
  });

/** One service with two gateways in front of it that share a store. */
export async function twoGateways(
  store: "redis" | "postgres",
  storePort: number,
  policy: PolicyOptions = {},
  limits: LimitOptions = {},
) {
  const service = await serveSandbox({
    policy: { tokens: [TOKEN], maxWrongCodesPerCode: 1_000, maxWrongCodesPerWindow: 1_000 },
  });
  const start = async (): Promise<GatewayProcess> => {
    // A machine that runs everything at once is slow; a store that was killed refuses connections at once.
    const settings = {
      store,
      storePort,
      serviceUrl: service.url,
      token: TOKEN,
      policy,
      limits: { ...limits, countersTimeoutMs: 60_000 },
    };
    const child = fork(fileURLToPath(new URL("gateway-process.js", import.meta.url)), [
      JSON.stringify(settings),
    ]);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const counters: string[] = [];
    child.on("message", (message) => {
      // As above.
      const { counters: state } = message as { readonly counters?: string };
      if (state !== undefined) counters.push(state);
    });
    const port = await started(child);
    const ask = async (path: string, userId: number, init: RequestInit): Promise<number | null> => {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/verification${path}`, {
          ...init,
          headers: { "x-user": String(userId), "content-type": "application/json" },
        });
        await response.arrayBuffer();
        return response.status;
      } catch {
        return null;
      }
    };
    return {
      post: (path, userId, body = {}) => ask(path, userId, { method: "POST", body: JSON.stringify(body) }),
      get: (path, userId) => ask(path, userId, {}),
      counters,
      kill: async () => {
        child.kill("SIGKILL");
        await ended;
      },
    };
  };
  const [one, other] = await Promise.all([start(), start()]);
  return {
    one,
    other,
    /** Takes turns between the two. */
    by: (turn: number): GatewayProcess => (turn % 2 === 0 ? one : other),
    sandbox: service.sandbox,
    addUser: (): number => {
      users += 1;
      return service.sandbox.addUser({ id: users, email: `user${users}@example.com` });
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([one.kill(), other.kill()]);
      await service.close();
    },
  };
}
