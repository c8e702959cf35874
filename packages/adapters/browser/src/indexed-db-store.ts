import type { RecordStore } from "@veristep/core";
import { createStore, del, get, set } from "idb-keyval";
import { textRecordStore } from "./text-record-store.js";

/**
 * Keeps records in the IndexedDB database `veristep`, as JSON under `veristep/record/<user id>`. For pages
 * that keep everything else there, and for workers, which have no `localStorage`; else `webStorageStore` is
 * smaller, and done at once.
 *
 * A bundle without a call of this function doesn't have idb-keyval in it.
 */
export function indexedDbStore(): RecordStore {
  let database: ReturnType<typeof createStore> | undefined;

  const attempt = async <T>(action: (database: ReturnType<typeof createStore>) => Promise<T>): Promise<T> => {
    database ??= createStore("veristep", "records");
    try {
      return await action(database);
    } catch (error) {
      // Browsers close connections on their own, and idb-keyval keeps a closed one:
      // https://github.com/jakearchibald/idb-keyval/issues/165. The next call opens another.
      database = undefined;
      throw error;
    }
  };

  return textRecordStore(() => ({
    get: (key) => attempt((database) => get<unknown>(key, database)),
    set: (key, text) => attempt((database) => set(key, text, database)),
    delete: (key) => attempt((database) => del(key, database)),
  }));
}
