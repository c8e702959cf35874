import type { ApiFailureKind, EpochMs, FailureOrigin, UserId } from "@veristep/core";
import type { Excess } from "./limits/options.js";
import type { LimitName } from "./limits/refusal.js";
import type { GatewayOperation } from "./protocol.js";

/** The part of the gateway that decided a request. */
export type DecidedBy =
  /** The request came from a page of another site, was too large, or isn't one of the protocol's. */
  | "guard"
  /** `identify` returned null: the user isn't signed in. */
  | "session"
  | "challenge"
  /** The country isn't on the list, or the page may not choose this number. */
  | "destination rules"
  | LimitName
  /** The shared counters are down, so nothing is sent. */
  | "counters"
  | "service"
  /** A hook or the API threw. */
  | "defect";

/**
 * An event of the gateway, for logs, metrics and alarms. Plain JSON: no code, token, cookie, whole
 * address or whole number is in it (B26).
 */
export type GatewayEvent =
  /** One for each request. */
  | {
      readonly kind: "decision";
      readonly at: EpochMs;
      /** Null if the request isn't part of the protocol. */
      readonly operation: GatewayOperation | null;
      /** As `identify` returned it; null before that. */
      readonly userId: UserId | null;
      /** Masked; null where the operation is about none, or it isn't known. */
      readonly contact: string | null;
      readonly outcome: "ok" | ApiFailureKind;
      readonly by: DecidedBy;
      readonly origin: FailureOrigin | null;
      readonly traceId: string | null;
      readonly durationMs: number;
      /**
       * "taken": the service refused the number as another user's, and the page got "accepted", so that
       * a user can't find out whether a number is known.
       */
      readonly hidden: "taken" | null;
    }
  /** A limit will soon be reached, or a conversion rate falls. */
  | ({ readonly kind: "warning" } & Excess)
  /** A limit over all users is exceeded, and the app (or the default) decided. */
  | ({ readonly kind: "exceeded"; readonly decision: "allow" | "refuse" } & Excess)
  /** The shared counters can't be reached, or can be again. Until then nothing is sent. */
  | { readonly kind: "counters"; readonly state: "down" | "up" }
  /** This request's client address isn't known, so the limit by address didn't apply to it. */
  | { readonly kind: "noAddress"; readonly operation: GatewayOperation };
