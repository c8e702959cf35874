import { errAsync, okAsync, Result, type ResultAsync } from "neverthrow";
import type { UserId } from "../verification-api.port.js";
import type { RecordStore, StoreFailure } from "../record-store.port.js";

/** A store in memory that a test can look into, and break. */
export interface FakeStore extends RecordStore {
  /** What is kept, by user id, as JSON text: a store keeps no objects. */
  readonly kept: Map<UserId, string>;
  /** Every text that was ever kept, oldest first: for a look after a secret that was planted. */
  readonly history: readonly string[];
  /** While set, every call fails with it. */
  failing: StoreFailure | null;
}

export function createFakeStore(): FakeStore {
  const kept = new Map<UserId, string>();
  const history: string[] = [];
  const answer = <T>(give: () => T): ResultAsync<T, StoreFailure> =>
    store.failing === null ? okAsync(give()) : errAsync(store.failing);
  const store: FakeStore = {
    kept,
    history,
    failing: null,
    load: (userId) =>
      answer(() => kept.get(userId) ?? "null").andThen((text) =>
        Result.fromThrowable(
          (): unknown => JSON.parse(text),
          (): StoreFailure => ({ kind: "damaged" }),
        )(),
      ),
    save: (record) =>
      answer(() => {
        const text = JSON.stringify(record);
        kept.set(record.userId, text);
        history.push(text);
      }),
    remove: (userId) =>
      answer(() => {
        kept.delete(userId);
      }),
  };
  return store;
}
