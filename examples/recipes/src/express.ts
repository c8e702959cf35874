import { getRequestListener } from "@hono/node-server";
import express, { type Express } from "express";
import { gateway } from "./verification.js";

export function createApp(): Express {
  const app = express();
  // Before express.json(), which would consume the body.
  const listener = getRequestListener(gateway, { overrideGlobalObjects: false });
  app.use((request, response, next) => {
    if (/^\/verification(\/|$)/.test(request.path)) void listener(request, response);
    else next();
  });
  app.use(express.json());
  return app;
}
