import { setTimeout as pause } from "node:timers/promises";
import { redisCounters } from "@veristep/gateway/redis";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe } from "vitest";
import { countersContract } from "./support/counters-contract.js";
import { sharedLimits } from "./support/shared-limits.js";
import { startRedis } from "./support/store-servers.js";

let server: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.remove());

describe("counters in Redis, with ioredis", () => {
  let client: Redis;
  beforeAll(() => {
    client = new Redis({ port: server.port, host: "127.0.0.1" });
  });
  afterAll(() => {
    client.disconnect();
  });
  countersContract(() => ({ counters: redisCounters(client), pass: pause }));
});

describe("counters in Redis, with node-redis", () => {
  const connected = async () =>
    createClient({ socket: { port: server.port, host: "127.0.0.1" } })
      .on("error", () => {})
      .connect();
  let client: Awaited<ReturnType<typeof connected>>;
  beforeAll(async () => {
    client = await connected();
  });
  afterAll(() => {
    client.destroy();
  });
  countersContract(() => ({ counters: redisCounters(client, { prefix: "shop" }), pass: pause }));
});

sharedLimits("redis", () => server);
