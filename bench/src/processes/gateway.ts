import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createGateway, forwardedFor } from "@veristep/gateway";
import { redisCounters } from "@veristep/gateway/redis";
import { createHttpApi } from "@veristep/http";
import { Hono } from "hono";
import { Redis } from "ioredis";
import { emailOf } from "../flows/people.js";
import { answerQuestions } from "../harness/child.js";

/*
 * One server in a separate process: the gateway, or the floor, a Hono proxy that checks and counts nothing. Both
 * take the same requests, and make the same call of the service for each.
 */

/** The URL of the server, and the CPU time of its process so far, in µs. */
export interface ServerAnswer {
  readonly url: string;
  readonly cpu: number;
}

const TOKEN = "bench";
const [kind = "", serviceUrl = "", redisPort = ""] = process.argv.slice(2);

function proxy(): Hono {
  const app = new Hono();
  const forward = (path: string, body: object | null) =>
    fetch(`${serviceUrl}${path}`, {
      method: body === null ? "GET" : "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: body === null ? null : JSON.stringify(body),
    });
  const userOf = (request: { header(name: string): string | undefined }) => Number(request.header("x-user"));
  app.get("/verification/status", (c) => forward(`/User/${userOf(c.req)}/status`, null));
  app.post("/verification/email/send", (c) => {
    const id = userOf(c.req);
    return forward("/User/email/send-confirmation", { id, email: emailOf(id) });
  });
  app.post("/verification/email/confirm", async (c) => {
    const { code } = await c.req.json<{ code: string }>();
    return forward("/User/email/confirm", { id: userOf(c.req), token: code });
  });
  app.post("/verification/phone/send", async (c) => {
    const { phone } = await c.req.json<{ phone: string }>();
    return forward("/User/phone-number/send-code", { id: userOf(c.req), phoneNumber: phone });
  });
  app.post("/verification/phone/confirm", async (c) => {
    const { code } = await c.req.json<{ code: string }>();
    return forward("/User/phone-number/verify", { id: userOf(c.req), code });
  });
  return app;
}

const gateway = () =>
  createGateway({
    api: createHttpApi({ baseUrl: serviceUrl, getToken: () => TOKEN }),
    identify: ({ headers }) => {
      const userId = Number(headers.get("x-user"));
      return { userId, email: emailOf(userId) };
    },
    clientAddress: forwardedFor({ trustedHops: 1 }),
    destinations: { countries: ["BG"] },
    limits: {
      ...(redisPort === ""
        ? {}
        : { counters: redisCounters(new Redis({ host: "127.0.0.1", port: Number(redisPort) })) }),
      // Every limit is counted, and none is reached.
      perCountry: { floor: 1_000_000, factor: 1 },
      perPrefix: { floor: 1_000_000, factor: 1 },
      perHour: 1_000_000,
    },
    onEvent: () => {},
  });

const listener = getRequestListener(kind === "proxy" ? proxy().fetch : gateway());
const server = createServer((incoming, outgoing) => {
  void listener(incoming, outgoing);
});
await new Promise<void>((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
// A TCP server that listens has an address with a port.
const { port } = server.address() as AddressInfo;

answerQuestions<object, ServerAnswer>(() => {
  const { user, system } = process.cpuUsage();
  return { url: `http://127.0.0.1:${port}`, cpu: user + system };
});
