import type { ResultAsync } from "neverthrow";
import type { VerificationRecord } from "./record.js";
import type { UserId } from "./verification-api.port.js";

/** Why a store didn't do what it was asked. It carries no raw error: those name keys and quote contents. */
export type StoreFailure =
  /** There is no such storage here, or it may not be used: private mode, a sandboxed frame, a closed database. */
  | { readonly kind: "unavailable" }
  /** It is full. */
  | { readonly kind: "full" }
  /** The stored text isn't JSON. */
  | { readonly kind: "damaged" };

/**
 * Keeps the records of flows, one for each user.
 *
 * A store saves and loads without checking. The flow checks each loaded record (B33, B35), and continues
 * in memory when a store fails (B36). Methods never throw and never reject. Every implementation passes the
 * contract suite in `@veristep/core/testing`.
 */
export interface RecordStore {
  /** Returns this user's record as plain JSON, unchecked; null if there isn't one. */
  load(userId: UserId): ResultAsync<unknown, StoreFailure>;
  /** Replaces this user's record. After the answer, the record survives a crash. */
  save(record: VerificationRecord): ResultAsync<void, StoreFailure>;
  /** Removes this user's record. Succeeds also without one. */
  remove(userId: UserId): ResultAsync<void, StoreFailure>;
}
