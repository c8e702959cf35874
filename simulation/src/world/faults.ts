import type { CallKind } from "./contract.js";

/** What goes wrong with one request between the adapter and the service. Plain JSON. */
export type NetworkFault =
  /** It never leaves: no connection can be made. */
  | { readonly kind: "refused" }
  /** The connection breaks, and the service has not seen the request. */
  | { readonly kind: "dropBefore" }
  /** The connection breaks after the service has acted. */
  | { readonly kind: "dropAfter" }
  /** No answer ever comes: the adapter's deadline ends it. */
  | { readonly kind: "silence"; readonly processed: boolean }
  /** It is on its way for so long, there and back. Another request may overtake it. */
  | { readonly kind: "delay"; readonly thereMs: number; readonly backMs: number }
  /** It reaches the service twice, the second time so much later; the client sees one of the two answers. */
  | { readonly kind: "duplicate"; readonly afterMs: number; readonly answer: "first" | "second" }
  /** Half of the body arrives, and the connection breaks. */
  | { readonly kind: "cutBody" }
  /** A captive portal or a proxy answers 200 with a page; the service has seen the request or not. */
  | { readonly kind: "html"; readonly processed: boolean }
  /** 200 with JSON that is not of the contract. */
  | { readonly kind: "nonsense"; readonly processed: boolean }
  /** 200 with an error inside, of a gateway in the service's place. */
  | { readonly kind: "falseSuccess"; readonly text: string; readonly isProblem: boolean }
  /** 404 of a gateway without a route; `text` is its JSON, null for an empty body. */
  | { readonly kind: "notRouted"; readonly text: string | null }
  | {
      readonly kind: "serverError";
      readonly status: 500 | 502 | 503;
      readonly body: "empty" | "html" | "problem";
      readonly processed: boolean;
    }
  | { readonly kind: "unauthorized" }
  /** `retryAfter` goes into the header as it is; null for no such header. */
  | { readonly kind: "throttled"; readonly retryAfter: string | null }
  /** A refusal of a code is told as `200 {"success": false}`. */
  | { readonly kind: "successFalse" }
  | { readonly kind: "redirect" }
  /** 400 with model state that blames what was typed: no code, no address, no number. */
  | { readonly kind: "modelState" }
  /** The service has lost the user, and says so in one of its two ways. */
  | { readonly kind: "unknownUser"; readonly status: 404 | 400 };

/** A fault that waits for the next request of its kind. */
export interface PlannedFault {
  readonly on: CallKind | "any";
  readonly fault: NetworkFault;
}

/** The trace id that a simulated proxy gives its problems. */
export const proxyTraceId = "proxy-7f3a";
