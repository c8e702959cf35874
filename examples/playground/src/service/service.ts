import type { Channel, Policy, VerificationUser } from "@veristep/core";
import type { OutboxMessage } from "@veristep/sandbox";
import type { Pace } from "../time/paced-clock.js";
import type { Store } from "../store.js";
import type { ServiceCall } from "./wire.js";

/** The merchant's server, as a page sees it: the gateway, and the controls that only a playground has. */
export interface Service {
  readonly kind: "inPage" | "remote";
  /** Where the gateway is. */
  readonly gatewayUrl: string;
  /** The user that all tabs are about; null until one is known. */
  readonly person: Store<KnownPerson | null>;
  readonly request: (url: string, init: RequestInit) => Promise<Response>;
  /** Calls the listener after each call that the server made of the service. */
  readonly onServiceCall: (listener: (call: ServiceCall) => void) => () => void;
  /** Starts over with a new user, in all tabs. */
  readonly restart: () => void;
  /** Null where the service's time can't be changed. */
  readonly setPace: ((pace: Pace) => void) | null;
  readonly close: () => void;
}

/** The signed-in user as the gateway describes them, and what the panels around the flow show. */
export interface KnownPerson {
  readonly user: VerificationUser;
  readonly policy: Policy;
  /** Of the mailbox. */
  readonly email: string;
  /** Whether the account can be blocked. */
  readonly canBlock: boolean;
}

/** The controls of the server. Each is a POST to its path. */
export type Control = "sign-in" | "expire-session" | "expire-token" | "block" | `verify-elsewhere/${Channel}`;

async function ask(service: Service, path: string, method: "GET" | "POST"): Promise<Response> {
  const answer = await service.request(new URL(path, service.gatewayUrl).href, { method });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
  return answer;
}

/** Returns the messages that the user has received, the newest last. */
export async function readInbox(service: Service): Promise<readonly OutboxMessage[]> {
  const answer = await ask(service, "/inbox", "GET");
  // The server's own answer.
  return (await answer.json()) as readonly OutboxMessage[];
}

export async function control(service: Service, name: Control): Promise<void> {
  await ask(service, `/controls/${name}`, "POST");
}
