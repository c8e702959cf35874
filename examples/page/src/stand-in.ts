import type { VerificationApi, VerificationUser } from "@veristep/core";
import { createHttpApi } from "@veristep/http";
import { createSandbox, type OutboxMessage } from "@veristep/sandbox";

/** A service that runs in the page, and a person whom it knows. Nothing leaves the page. */
export interface StandIn {
  readonly api: VerificationApi;
  readonly user: VerificationUser;
  /** The messages that the person got so far, the newest last. */
  readonly inbox: () => readonly OutboxMessage[];
  /** Tells that a request was answered, so that there may be news. */
  readonly subscribe: (listener: () => void) => void;
}

const email = "maria@example.com";

export function createStandIn(): StandIn {
  const sandbox = createSandbox();
  const id = sandbox.addUser({ email });
  const listeners = new Set<() => void>();
  return {
    user: { id, email },
    // With a real service: its URL, no `fetch`, and a token from your own back end.
    api: createHttpApi({
      baseUrl: "http://localhost",
      getToken: () => sandbox.mintToken().token,
      fetch: async (url, init) => {
        // As far away as a real one, so that it can be cut off.
        if (!navigator.onLine) throw new TypeError("There is no network");
        try {
          return await sandbox.fetch(url, init);
        } finally {
          for (const listener of listeners) listener();
        }
      },
    }),
    inbox: () => sandbox.outbox({ userId: id }),
    subscribe: (listener) => {
      listeners.add(listener);
    },
  };
}
