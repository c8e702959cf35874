import type { Channel } from "@veristep/core";
import type { Fault } from "@veristep/sandbox";
import type { Pace } from "../time/paced-clock.js";

/* What the tabs and the service that they share say to each other. */

/** Whose contacts are proven. */
export interface Person {
  readonly id: number;
  readonly email: string;
}

interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ArrayBuffer | null;
}

/** What can be done to the service. */
export type Deed =
  | { readonly type: "request"; readonly request: WireRequest; readonly fault: Fault | null }
  /** Another device, or support, verifies a contact. */
  | { readonly type: "verifyElsewhere"; readonly channel: Channel }
  /** Support blocks the account. */
  | { readonly type: "block" };

export type ToService =
  | { readonly type: "hello"; readonly pace: Pace }
  | { readonly type: "pace"; readonly pace: Pace }
  | { readonly type: "restart" }
  | { readonly type: "do"; readonly id: number; readonly deed: Deed };

export type FromService =
  | { readonly type: "person"; readonly person: Person }
  /** null: the connection was lost. */
  | { readonly type: "done"; readonly id: number; readonly answer: WireAnswer | null };
