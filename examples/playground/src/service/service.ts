import type { Channel } from "@veristep/core";
import type { Fault, OutboxMessage } from "@veristep/sandbox";
import type { Pace } from "../time/paced-clock.js";
import type { Store } from "../store.js";
import type { Person } from "./wire.js";

/** The service that the flow talks to: in the page, or a running `veristep sandbox`. */
export interface Service {
  readonly kind: "inPage" | "remote";
  /** For `createHttpApi`. */
  readonly baseUrl: string;
  /** The person that all tabs are about; null until one is known. */
  readonly person: Store<KnownPerson | null>;
  /** Sends a request, which meets this fault. Rejects where the connection is lost. */
  readonly request: (url: string, init: RequestInit, fault: Fault | null) => Promise<Response>;
  /** Another device verifies a contact. */
  readonly verifyElsewhere: (person: Person, channel: Channel) => Promise<void>;
  /** Support blocks the account; null where that can't be ordered. */
  readonly block: (() => Promise<void>) | null;
  /** Begins anew, with another person, in all tabs. */
  readonly restart: () => void;
  /** Null where the service's time can't be changed. */
  readonly setPace: ((pace: Pace) => void) | null;
  readonly close: () => void;
}

export interface KnownPerson extends Person {
  /** When registration has mailed a first code, in epoch ms; undefined if it hasn't, or nobody knows. */
  readonly emailCodeSentAt?: number;
}

const json = { "content-type": "application/json" };

async function ask(service: Service, path: string, init: RequestInit = {}): Promise<unknown> {
  const answer = await service.request(`${service.baseUrl}/_sandbox/${path}`, init, null);
  if (!answer.ok) throw new Error(`The sandbox answered ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

const post = (body: unknown): RequestInit => ({ method: "POST", headers: json, body: JSON.stringify(body) });

/** What the person got so far, the newest last. */
export async function readInbox(service: Service, { id }: Person): Promise<readonly OutboxMessage[]> {
  // The sandbox's own answer.
  return (await ask(service, `outbox?userId=${id}`)) as readonly OutboxMessage[];
}

export async function readUsers(
  service: Service,
): Promise<ReadonlyArray<{ id: number; email: string | null }>> {
  // The sandbox's own answer.
  return (await ask(service, "users")) as ReadonlyArray<{ id: number; email: string | null }>;
}

export async function mintToken(service: Service): Promise<string> {
  // The sandbox's own answer.
  return ((await ask(service, "tokens", post({}))) as { token: string }).token;
}

export const expireTokens = (service: Service) => ask(service, "tokens/expire", post({}));

export const addFault = (service: Service, operation: string, fault: Fault) =>
  ask(service, "faults", post({ operation, fault }));
