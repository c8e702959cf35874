import { getRequestListener } from "@hono/node-server";
import fastify, { type FastifyInstance } from "fastify";
import { gateway } from "./verification.js";

export function createApp(): FastifyInstance {
  const app = fastify();
  const listener = getRequestListener(gateway, { overrideGlobalObjects: false });
  // In onRequest, because a handler runs after Fastify has consumed the body.
  app.addHook("onRequest", async (request, reply) => {
    if (!/^\/verification(\/|\?|$)/.test(request.url)) return;
    void reply.hijack();
    await listener(request.raw, reply.raw);
  });
  // The hook runs for routes only.
  app.all("/verification", async () => {});
  app.all("/verification/*", async () => {});
  return app;
}
