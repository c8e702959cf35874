import type { EpochMs } from "@veristep/core";
import type { StoredSnapshot } from "./hosted-flow.js";

/** `ended`: for good. `settled`: its driver has something to do, or it has ended. */
type Awaited = "ended" | "settled";

/** A call that waits for the flow. */
export interface Waiter {
  readonly until: Awaited;
  /** The awakeable that wakes them. */
  readonly awakeable: string;
}

/** The host's data about a flow, beside the machine's snapshot. Holds no code, address or number. */
export interface Books {
  /** Never one that a flow of the same name has used before this one was forgotten. */
  readonly nextRun: number;
  readonly waiters: readonly Waiter[];
  /** When the newest request for a code of each channel began. */
  readonly sendBeganAt: { readonly email: EpochMs | null; readonly phone: EpochMs | null };
  /** References of the codes of the newest generation that the service refused (B10). */
  readonly refused: { readonly generation: string; readonly refs: readonly string[] };
}

/** The state of one flow on the engine. `docs/durable.md` reads these names by SQL. */
// A type: the engine's contexts ask for one with an index.
export type FlowState = {
  /** The id of the machine that it began with. */
  version: string;
  snapshot: StoredSnapshot;
  books: Books;
};

export const newBooks = (now: EpochMs): Books => ({
  nextRun: now,
  waiters: [],
  sendBeganAt: { email: null, phone: null },
  refused: { generation: "", refs: [] },
});
