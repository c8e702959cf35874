import type { Socket } from "node:net";
import { createSimulatedClock } from "@veristep/core/testing";
import { createHttpApi, type HttpApiOptions } from "@veristep/http";
import { canary } from "./calls.js";
import { serveRaw } from "./raw-server.js";

/**
 * An api over the global fetch, in front of a server that answers with any bytes. Deadlines run on a simulated
 * clock, which a test moves on when the server has seen the request.
 */
export async function world(
  answer: (socket: Socket, request: string) => void,
  options: Partial<HttpApiOptions> = {},
) {
  const server = await serveRaw(answer);
  const clock = createSimulatedClock();
  const api = createHttpApi({ baseUrl: server.url, getToken: () => canary.token, clock, ...options });
  return { server, clock, api, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
