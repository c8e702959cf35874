import { createServer } from "node:http";
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import type { GatewayEvent } from "@veristep/gateway";
import { createHttpApi } from "@veristep/http";
import { clientCredentials } from "@veristep/http/token";
import type { Sandbox } from "@veristep/sandbox";
import { serveSandbox } from "@veristep/sandbox/node";
import { startOAuthServer } from "./oauth-server.js";
import { createSessions, type Sessions } from "./sessions.js";
import { createShop } from "./shop.js";

/** The shop with everything around it, in one process. */
export interface RunningShop {
  readonly url: string;
  /** Stands in for 10npay: its mailbox and phone are at `/_sandbox`. */
  readonly serviceUrl: string;
  readonly sandbox: Sandbox;
  readonly sessions: Sessions;
  readonly clientSecret: string;
  /** Every access token that the gateway has used. */
  readonly tokens: ReadonlySet<string>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** @param port 0 for a free one. */
export async function startShop(
  port = 0,
  onEvent: (event: GatewayEvent) => void = () => {},
): Promise<RunningShop> {
  const service = await serveSandbox();
  const client = { id: "shop", secret: randomBytes(24).toString("base64url") };
  const oauth = await startOAuthServer(client.id, client.secret);
  const tokens = new Set<string>();
  const getToken = clientCredentials({
    tokenUrl: oauth.tokenUrl,
    clientId: client.id,
    clientSecret: client.secret,
  });
  const api = createHttpApi({
    baseUrl: service.url,
    getToken: async (request) => {
      const token = await getToken(request);
      tokens.add(token);
      return token;
    },
  });
  const sessions = createSessions(HOUR_MS);
  const page = fileURLToPath(new URL("../../dist/page", import.meta.url));
  const listener = getRequestListener(createShop({ api, sessions, page, onEvent }).fetch);
  const server = createServer((incoming, outgoing) => {
    void listener(incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  // A TCP server that listens has an address with a port.
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    serviceUrl: service.url,
    sandbox: service.sandbox,
    sessions,
    clientSecret: client.secret,
    tokens,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await Promise.all([service.close(), oauth.close()]);
    },
  };
}
