import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serveSandbox } from "@veristep/sandbox/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

let service: Awaited<ReturnType<typeof serveSandbox>>;
let userId = 0;
const closing: Array<() => unknown> = [];

beforeAll(async () => {
  service = await serveSandbox();
  process.env["VERIFICATION_URL"] = service.url;
  process.env["VERIFICATION_TOKEN"] = service.sandbox.mintToken().token;
});
afterAll(async () => {
  for (const close of closing) await close();
  await service.close();
});

const askAt =
  (server: Server): Ask =>
  (path, init) => {
    // A TCP server that listens has an address with a port.
    const { port } = server.address() as AddressInfo;
    return fetch(`http://127.0.0.1:${port}${path}`, init);
  };

const recipes: Readonly<Record<string, () => Promise<Ask>>> = {
  "Next.js": async () => {
    const route = await import("../src/next/app/verification/[[...path]]/route.js");
    return (path, init) => {
      const request = new Request(`https://shop.example${path}`, init);
      return request.method === "POST" ? route.POST(request) : route.GET(request);
    };
  },
  Express: async () => {
    const { createApp } = await import("../src/express.js");
    const server = createApp().listen(0, "127.0.0.1");
    closing.push(() => server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    return askAt(server);
  },
  Fastify: async () => {
    const { createApp } = await import("../src/fastify.js");
    const app = createApp();
    closing.push(() => app.close());
    await app.listen({ port: 0, host: "127.0.0.1" });
    return askAt(app.server);
  },
};

describe.each(Object.entries(recipes))("the recipe for %s", (_name, start) => {
  test("verifies an e-mail address through the gateway", async () => {
    const ask = await start();
    userId += 1;
    service.sandbox.addUser({ id: userId, email: `user${userId}@example.com` });
    const cookie = `theme=dark; session=${userId}`;
    const post = (path: string, body: object) =>
      ask(path, {
        method: "POST",
        headers: { cookie, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect((await ask("/verification")).status).toBe(401);
    expect(await (await ask("/verification/", { headers: { cookie } })).json()).toMatchObject({ ok: true });
    expect(await (await post("/verification/email/send", {})).json()).toEqual({
      ok: true,
      value: "accepted",
    });
    const code = service.sandbox.latestCode(userId, "email");
    expect(await (await post("/verification/email/confirm", { code })).json()).toEqual({
      ok: true,
      value: "confirmed",
    });
    expect(await (await ask("/verification/status", { headers: { cookie } })).json()).toMatchObject({
      value: { isEmailVerified: true },
    });
    expect((await ask("/verification/nothing", { headers: { cookie } })).status).toBe(404);
  });
});
