import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { createGateway } from "@veristep/gateway";
import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";
import { Hono } from "hono";
import { proxy } from "hono/proxy";
import { listen } from "./listen.js";

/** The servers around one app. */
export interface Backend {
  /** Where the app's page is, beside the gateway; the page holds no access token. */
  readonly url: string;
  /** The address, the token and the user, for a process that calls the sandbox directly. */
  readonly env: Readonly<Record<string, string>>;
  /** Returns the newest code of the user. */
  readonly code: (channel: "email" | "phone") => string | null;
  /** Whether the sandbox has verified both contacts of the user. */
  readonly isVerified: () => boolean;
  close(): Promise<void>;
}

const email = "ivan@example.com";

/**
 * Starts a sandbox with one user, and in front of it the gateway and the app.
 *
 * @param page the folder of a built page, or the origin of the app's own server.
 */
export async function startBackend(page: { readonly folder: string } | { readonly url: string } | null) {
  const { url, sandbox, close } = await serveSandbox();
  const { token } = sandbox.mintToken();
  const userId = sandbox.addUser({ email });
  const gateway = createGateway({
    api: createHttpApi({ baseUrl: url, getToken: () => token }),
    identify: () => ({ userId, email }),
    destinations: { countries: ["BG"] },
  });
  const app = new Hono();
  app.all("/verification/*", ({ req }) => gateway(req.raw));
  app.all("/verification", ({ req }) => gateway(req.raw));
  // The folder is built later, and serveStatic looks for it at once.
  if (page !== null && "folder" in page)
    app.use("*", (context, next) => serveStatic({ root: page.folder })(context, next));
  if (page !== null && "url" in page)
    app.all("*", ({ req }) => proxy(page.url + new URL(req.url).pathname + new URL(req.url).search, req));
  const answer = getRequestListener(app.fetch);
  const server = await listen(
    createServer((incoming, outgoing) => {
      void answer(incoming, outgoing);
    }),
  );
  const backend: Backend = {
    url: server.url,
    env: {
      VERISTEP_URL: url,
      VERISTEP_TOKEN: token,
      VERISTEP_USER: String(userId),
      VERISTEP_EMAIL: email,
    },
    code: (channel) => sandbox.latestCode(userId, channel),
    isVerified: () =>
      sandbox.users().some((user) => user.id === userId && user.isEmailVerified && user.isPhoneVerified),
    close: async () => {
      await server.close();
      await close();
    },
  };
  return backend;
}
