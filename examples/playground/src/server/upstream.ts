import type { Channel } from "@veristep/core";
import type { Fetch } from "@veristep/http";
import type { Fault, OutboxMessage } from "@veristep/sandbox";

/** A user, as the merchant's own database knows them. */
export interface Person {
  readonly id: number;
  readonly email: string;
  /** When registration has mailed a first code, in epoch ms; undefined if it hasn't. */
  readonly emailCodeSentAt?: number;
}

/** The verification service, as the merchant's server reaches it. */
export interface Upstream {
  /** For `createHttpApi`. */
  readonly baseUrl: string;
  readonly person: () => Person;
  /** Sends a request, which meets this fault. Rejects where the connection is lost. */
  readonly request: (url: string, init: RequestInit, fault: Fault | null) => Promise<Response>;
  /** Another device verifies a contact. */
  readonly verifyElsewhere: (channel: Channel) => Promise<void>;
  /** Support blocks the account; null where that can't be ordered. */
  readonly block: (() => Promise<void>) | null;
  /** Starts over with a new user. */
  readonly restart: () => Promise<void>;
}

/** A sandbox's own routes, which a real service doesn't have. */
export function sandboxControls(baseUrl: string, fetch: Fetch) {
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const answer = await fetch(`${baseUrl}/_sandbox/${path}`, init);
    if (!answer.ok) throw new Error(`The sandbox answered ${answer.status}`);
    return answer.status === 204 ? null : answer.json();
  };
  const post = (path: string, body: object) =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  // Each is the sandbox's own answer.
  return {
    inbox: async ({ id }: Person) => (await ask(`outbox?userId=${id}`)) as readonly OutboxMessage[],
    users: async () => (await ask("users")) as ReadonlyArray<{ id: number; email: string | null }>,
    mintToken: async () => ((await post("tokens", {})) as { token: string }).token,
    expireTokens: () => post("tokens/expire", {}),
    addFault: (operation: string, fault: Fault) => post("faults", { operation, fault }),
  };
}
