import type { Operation } from "@veristep/sandbox";
import type { Pace } from "../time/paced-clock.js";

/* The messages between the tabs and the server that they share. None contains an access token. */

/** A call that the server made of the service. */
export interface ServiceCall {
  readonly operation: Operation;
  /** Null where no response came. */
  readonly status: number | null;
  readonly tookMs: number;
}

/** Faults that happen between the server and the service. A page names one in {@link faultHeader}. */
export const serviceFaults = ["serverError", "slow"] as const;
export type ServiceFault = (typeof serviceFaults)[number];
export const faultHeader = "x-playground-fault";

export interface WireRequest {
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

export type ToServer =
  /** `serviceUrl` is null for the service that the server runs itself. */
  | { readonly type: "hello"; readonly serviceUrl: string | null; readonly pace: Pace }
  | { readonly type: "pace"; readonly pace: Pace }
  | { readonly type: "restart" }
  | { readonly type: "request"; readonly id: number; readonly request: WireRequest };

export type FromServer =
  /** The user that this page is about, for the panels around the flow. */
  | { readonly type: "person"; readonly email: string; readonly canBlock: boolean }
  /** The service can't be reached. */
  | { readonly type: "failed" }
  | { readonly type: "serviceCall"; readonly call: ServiceCall }
  | { readonly type: "answer"; readonly id: number; readonly answer: WireAnswer };
