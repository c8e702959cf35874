import type { VerificationApi, VerificationUser } from "@veristep/core";
import { createGateway } from "@veristep/gateway";
import { gatewayApi } from "@veristep/gateway/client";
import { createHttpApi } from "@veristep/http";
import { createSandbox, type OutboxMessage } from "@veristep/sandbox";

/** What a page has: its API and its user. And what arrives, which only an example shows. */
export interface StandIn {
  readonly api: VerificationApi;
  readonly user: VerificationUser;
  /** The messages that the user has received, the newest last. */
  readonly inbox: () => readonly OutboxMessage[];
  /** Calls the listener after each request, when there may be new messages. */
  readonly subscribe: (listener: () => void) => void;
}

const email = "maria@example.com";

/** What runs elsewhere for a real page: the merchant's server with its gateway, and the service. */
function createServer() {
  const sandbox = createSandbox();
  const id = sandbox.addUser({ email });
  const gateway = createGateway({
    api: createHttpApi({
      baseUrl: "http://localhost",
      getToken: () => sandbox.mintToken().token,
      fetch: (url, init) => sandbox.fetch(url, init),
    }),
    identify: () => ({ userId: id, email }),
    destinations: { countries: ["BG", "DE", "FR"] },
  });
  return { gateway, inbox: () => sandbox.outbox({ userId: id }) };
}

/** A page with its server in the page: nothing leaves it. Only the server's part knows the token. */
export function createStandIn(): StandIn {
  const { gateway, inbox } = createServer();
  const listeners = new Set<() => void>();
  return {
    // A real page has both from its server: `gatewayApi({ url: "/verification" })`, and `session()` of it.
    user: { id: "maria", email },
    api: gatewayApi({
      url: new URL("/verification", location.href).href,
      fetch: async (url, init) => {
        // As far away as a real one, so that it can be cut off.
        if (!navigator.onLine) throw new TypeError("There is no network");
        try {
          return await gateway(new Request(url, init));
        } finally {
          for (const listener of listeners) listener();
        }
      },
    }),
    inbox,
    subscribe: (listener) => {
      listeners.add(listener);
    },
  };
}
