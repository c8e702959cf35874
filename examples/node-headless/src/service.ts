/* A service with the runner inside: POST /verifications takes a user, GET /health reports its state. */
import { createServer, type IncomingMessage } from "node:http";
import { outboxCodes, pooledFetch, verifyMany, type VerifyRow } from "@veristep/headless";
import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import * as Schema from "effect/Schema";
import * as Stream from "effect/Stream";

const sandbox = await serveSandbox(); // stands in for the service behind
const pool = pooledFetch(sandbox.url);
const Person = Schema.fromJsonString(
  Schema.Struct({ userId: Schema.Int, email: Schema.String, phone: Schema.String }),
);
const readPerson = Schema.decodeUnknownPromise(Person);
const health = { status: "ok", waiting: 0, ended: {} as Record<string, number> };

const people = Effect.runSync(Queue.bounded<VerifyRow>(10_000));
const verifying = verifyMany(Stream.fromQueue(people), {
  api: createHttpApi({
    baseUrl: sandbox.url,
    fetch: pool.fetch,
    getToken: () => sandbox.sandbox.mintToken().token,
  }),
  codes: outboxCodes({ url: sandbox.url }),
}).pipe(
  Stream.runForEach(({ bucket }) =>
    Effect.sync(() => {
      health.waiting -= 1;
      health.ended[bucket] = (health.ended[bucket] ?? 0) + 1;
    }),
  ),
);
const running = Effect.runPromise(verifying).catch(() => (health.status = "stopped"));

async function answer(request: IncomingMessage): Promise<[status: number, body: object]> {
  if (request.url === "/health") return [health.status === "ok" ? 200 : 503, health];
  if (request.method !== "POST" || request.url !== "/verifications") return [404, {}];
  let text = "";
  for await (const chunk of request) if ((text += String(chunk)).length > 4_096) return [413, {}];
  const person = await readPerson(text).catch(() => null);
  if (person === null) return [400, { error: "a userId, an email and a phone are wanted" }];
  health.waiting += 1;
  return Queue.offerUnsafe(people, person) ? [202, {}] : [503, {}];
}
const server = createServer((request, response) => {
  void answer(request).then(([status, body]) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
  );
}).listen(0, "127.0.0.1", () =>
  console.log(JSON.stringify({ service: server.address(), sandbox: sandbox.url })),
);
process.once("SIGTERM", () => server.close(() => process.exit(0))); // flows in memory end with it: give a store
await running;
