import type { RecordStore, StoreFailure, UserId } from "@veristep/core";
import { err, ok, ResultAsync, type Result } from "neverthrow";

/** Keeps texts under keys, as a `Map` does. */
export interface TextKeeper {
  get(key: string): unknown;
  set(key: string, text: string): unknown;
  delete(key: string): unknown;
}

/** Nothing that `parseRecord` takes is longer as JSON. More than this isn't ours, and isn't parsed. */
const LONGEST_TEXT = 16_384;

const keyOf = (userId: UserId): string => `veristep/record/${JSON.stringify(userId)}`;

const parse = (text: unknown): Result<unknown, StoreFailure> => {
  if (text === null || text === undefined) return ok(null);
  try {
    if (typeof text === "string" && text.length <= LONGEST_TEXT) return ok(JSON.parse(text));
  } catch {
    // It is damaged, like a value that isn't text or is too long.
  }
  return err({ kind: "damaged" });
};

const failureOf = (thrown: unknown): StoreFailure => {
  const name = thrown instanceof Error ? thrown.name : "";
  // The second is Firefox's old name.
  const isFull = name === "QuotaExceededError" || name === "NS_ERROR_DOM_QUOTA_REACHED";
  return { kind: isFull ? "full" : "unavailable" };
};

/** A store over a keeper of texts. Each call gets the keeper again, because that can throw too. */
export function textRecordStore(keeper: () => TextKeeper): RecordStore {
  const attempt = <T>(action: () => T) =>
    // oxlint-disable-next-line typescript/require-await -- async turns what is thrown at once into a rejection.
    ResultAsync.fromPromise((async () => action())(), failureOf);
  return {
    load: (userId) => attempt(() => keeper().get(keyOf(userId))).andThen(parse),
    save: (record) =>
      attempt(() => keeper().set(keyOf(record.userId), JSON.stringify(record))).map(() => undefined),
    remove: (userId) => attempt(() => keeper().delete(keyOf(userId))).map(() => undefined),
  };
}
