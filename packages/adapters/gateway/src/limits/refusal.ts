/** Which limit refused a request; also the name of it in events. */
export type LimitName =
  | "cooldown"
  | "sendLimit"
  | "lock"
  | "destination"
  | "address"
  | "prefix"
  | "country"
  | "conversion"
  | "budget";

/** A limit that is used up. */
export interface Refusal {
  readonly limit: LimitName;
  /** Until it allows the next one, in ms. */
  readonly retryAfterMs: number;
}

/** Whether a limit refused. */
export const isRefusal = (outcome: object): outcome is Refusal => "limit" in outcome;
