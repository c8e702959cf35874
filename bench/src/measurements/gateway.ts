import { spawn, type ChildProcess } from "node:child_process";
import { createGateway } from "@veristep/gateway";
import type { VerificationApi } from "@veristep/core";
import { createSimulatedClock } from "@veristep/core/testing";
import { freePort, programPath, whyMissing } from "@veristep/services";
import { ok } from "neverthrow";
import { Pool } from "undici";
import { CODE, emailOf, phoneOf, runAll, type SandboxAnswer, type SandboxQuestion } from "../flows/people.js";
import { startHelper } from "../harness/child.js";
import { liveHeap } from "../harness/heap.js";
import { interleave } from "../harness/interleave.js";
import { median, ratio } from "../harness/statistics.js";
import type { ServerAnswer } from "../processes/gateway.js";
import { atLeast, atMost, number, type Findings, type Line, type Measurement } from "../report/findings.js";

const USERS_A_BLOCK = 600;
const REQUESTS_A_USER = 5;
const ROUNDS = 7;
/** The gateway has more code than the proxy: V8 still compiles it during the first blocks. */
const WARM_UP_ROUNDS = 3;
const USERS_IN_MEMORY = 3_000;
const WARM_UP_USERS = 3_000;
const HOUR_MS = 3_600_000;

interface Figure {
  /** Requests a second. */
  readonly rate: number;
  /** CPU time of the server for a request, in µs. */
  readonly cpu: number;
}

const floor = "bare Hono proxy";
const AGAIN = "bare Hono proxy, again";
const inMemory = "gateway, limits in memory";
const inRedis = "gateway, limits in Redis";

/** A Redis with its default settings on a free port; null where none is installed. */
async function startRedis(): Promise<{ readonly port: number; readonly child: ChildProcess } | null> {
  if (whyMissing("redis") !== null) return null;
  const port = await freePort();
  const args = `--port ${port} --bind 127.0.0.1 --appendonly no`.split(" ");
  const child = spawn(programPath("redis-server"), [...args, "--save", ""], { stdio: "ignore" });
  process.once("exit", () => child.kill());
  return { port, child };
}

async function compareServers(): Promise<{
  readonly figures: ReadonlyMap<string, readonly Figure[]>;
  readonly hasRedis: boolean;
}> {
  const sandbox = startHelper<SandboxQuestion, SandboxAnswer>("sandbox");
  const { url: serviceUrl } = await sandbox.ask({ first: 1, count: 0 });
  const redis = await startRedis();
  let nextId = 1;

  const contender = (name: string, args: readonly string[]) => {
    const server = startHelper<object, ServerAnswer>("gateway", args);
    let pool: Pool | null = null;
    const block = async (): Promise<Figure> => {
      const people = { first: nextId, count: USERS_A_BLOCK };
      nextId += USERS_A_BLOCK;
      await sandbox.ask(people);
      const { url, cpu } = await server.ask({});
      const requests = (pool ??= new Pool(url, { connections: 32 }));
      const ask = async (id: number, path: string, body: object | null) => {
        const { statusCode, body: answer } = await requests.request({
          method: body === null ? "GET" : "POST",
          path: `/verification${path}`,
          headers: {
            "x-user": String(id),
            "x-forwarded-for": `10.${(id >> 16) & 255}.${(id >> 8) & 255}.${id & 255}`,
            "content-type": "application/json",
          },
          body: body === null ? null : JSON.stringify(body),
        });
        await answer.dump();
        if (statusCode >= 300) throw new Error(`${name}: ${path} answered ${statusCode}`);
      };
      const startedAt = performance.now();
      await runAll(people, async (id) => {
        await ask(id, "/status", null);
        await ask(id, "/email/send", {});
        await ask(id, "/email/confirm", { code: CODE });
        await ask(id, "/phone/send", { phone: phoneOf(id) });
        await ask(id, "/phone/confirm", { code: CODE });
      });
      const seconds = (performance.now() - startedAt) / 1_000;
      const after = await server.ask({});
      const count = USERS_A_BLOCK * REQUESTS_A_USER;
      return { rate: count / seconds, cpu: (after.cpu - cpu) / count };
    };
    const close = async () => {
      await pool?.close();
      await server.close();
    };
    return { name, block, close };
  };

  const contenders = [
    contender(floor, ["proxy", serviceUrl]),
    contender(AGAIN, ["proxy", serviceUrl]),
    contender(inMemory, ["gateway", serviceUrl]),
    ...(redis === null ? [] : [contender(inRedis, ["gateway", serviceUrl, String(redis.port)])]),
  ];
  try {
    return {
      figures: await interleave(contenders, { warmUp: WARM_UP_ROUNDS, count: ROUNDS }),
      hasRedis: redis !== null,
    };
  } finally {
    await Promise.all(contenders.map(({ close }) => close()));
    await sandbox.close();
    redis?.child.kill();
  }
}

const api: VerificationApi = {
  status: async () => ok({ isEmailVerified: false, isPhoneVerified: false, lifecycle: 150 }),
  sendEmailCode: async () => ok("accepted"),
  confirmEmail: async () => ok("confirmed"),
  sendPhoneCode: async () => ok("accepted"),
  resendPhoneCode: async () => ok("accepted"),
  confirmPhone: async () => ok("confirmed"),
};

/** Heap of one user who has gone through the whole flow, and what is left of it after the window, in bytes. */
async function memoryOfUsers(): Promise<{ readonly within: number; readonly after: number }> {
  const clock = createSimulatedClock();
  const gateway = createGateway({
    api,
    identify: ({ headers }) => {
      const userId = Number(headers.get("x-user"));
      return { userId, email: emailOf(userId) };
    },
    destinations: { countries: ["BG"] },
    limits: {
      perCountry: { floor: 1_000_000, factor: 1 },
      perPrefix: { floor: 1_000_000, factor: 1 },
      perHour: 1_000_000,
      conversion: null,
    },
    clock,
  });
  const post = async (id: number, path: string, body: object) => {
    const response = await gateway(
      new Request(`http://localhost/verification${path}`, {
        method: "POST",
        headers: { "x-user": String(id), "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  };
  const flow = async (id: number) => {
    await post(id, "/email/send", {});
    await post(id, "/email/confirm", { code: CODE });
    await post(id, "/phone/send", { phone: phoneOf(id) });
    await post(id, "/phone/confirm", { code: CODE });
  };
  // The code of the gateway is compiled by then, and the first hour's counts of prefixes exist.
  await runAll({ first: 1, count: WARM_UP_USERS }, flow);
  await clock.advance(2 * HOUR_MS);
  const before = await liveHeap();
  await runAll({ first: 1 + WARM_UP_USERS, count: USERS_IN_MEMORY }, flow);
  const within = await liveHeap();
  await clock.advance(2 * HOUR_MS);
  const after = await liveHeap();
  return { within: (within - before) / USERS_IN_MEMORY, after: (after - before) / USERS_IN_MEMORY };
}

async function run(): Promise<Findings> {
  const { figures, hasRedis } = await compareServers();
  const memory = await memoryOfUsers();
  const of = (name: string, member: keyof Figure) =>
    (figures.get(name) ?? []).map((figure) => figure[member]);
  const line = (name: string, member: keyof Figure, limit: number): Line => {
    const unit = member === "rate" ? " requests a second" : " µs CPU a request";
    const proportion = ratio(of(name, member), of(floor, member));
    return {
      what: name,
      ours: `${number(median(of(name, member)))}${unit}`,
      rival: `${floor}: ${number(median(of(floor, member)))}`,
      ratio: proportion,
      control: ratio(of(AGAIN, member), of(floor, member)),
      target: member === "rate" ? atLeast(limit, proportion, " ×") : atMost(1 / limit, proportion, " ×"),
    };
  };
  const bytes = (what: string, value: number, limit: number): Line => ({
    what,
    ours: `${number(value)} bytes`,
    rival: null,
    ratio: null,
    control: null,
    target: atMost(limit, value, " bytes"),
  });
  return {
    lines: [
      line(inMemory, "rate", 0.75),
      line(inMemory, "cpu", 0.75),
      ...(hasRedis ? [line(inRedis, "rate", 0.5), line(inRedis, "cpu", 0.5)] : []),
      bytes("heap of a user within the window, after the whole flow", memory.within, 1_000),
      bytes("heap of that user after the window", memory.after, 50),
    ],
    notes: [
      `Medians of ${ROUNDS} interleaved blocks of ${USERS_A_BLOCK * REQUESTS_A_USER} requests, 32 at a time: status, send and confirm for ` +
        "e-mail and phone. Each server, the service and Redis are separate processes; CPU time is the server's alone.",
      ...(hasRedis ? [] : ["**Not measured**: limits in Redis; no redis-server is installed."]),
    ],
  };
}

export const gateway: Measurement = { name: "gateway", title: "The gateway", run };
