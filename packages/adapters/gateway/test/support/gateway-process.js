// Runs one gateway over a shared store. `gateways.ts` starts this process, and kills it in the middle of a test.
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createGateway } from "@veristep/gateway";
import { createHttpApi } from "@veristep/http";
import { postgresCounters } from "@veristep/gateway/postgres";
import { redisCounters } from "@veristep/gateway/redis";
import { Redis } from "ioredis";
import { Pool } from "pg";

const { store, storePort, serviceUrl, token, policy, limits } = JSON.parse(process.argv[2]);

const countersOf = {
  redis: () => {
    const client = new Redis({ port: storePort, host: "127.0.0.1", retryStrategy: () => 50 });
    client.on("error", () => {});
    return redisCounters(client);
  },
  postgres: () => {
    const pool = new Pool({
      host: "127.0.0.1",
      port: storePort,
      user: "postgres",
      database: "postgres",
      max: 10,
    });
    pool.on("error", () => {});
    return postgresCounters(pool);
  },
};

const gateway = createGateway({
  api: createHttpApi({ baseUrl: serviceUrl, getToken: () => token }),
  identify: ({ headers }) => {
    const userId = Number(headers.get("x-user"));
    return userId > 0 ? { userId, email: `user${userId}@example.com` } : null;
  },
  policy,
  destinations: { countries: ["FR"] },
  limits: { ...limits, counters: countersOf[store]() },
  onEvent: (event) => {
    if (event.kind === "counters") process.send({ counters: event.state });
  },
});

const listener = getRequestListener(gateway, { overrideGlobalObjects: false });
const server = createServer((incoming, outgoing) => {
  void listener(incoming, outgoing);
});
server.listen(0, "127.0.0.1", () => {
  process.send({ port: server.address().port });
});
