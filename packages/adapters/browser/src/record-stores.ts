import type { RecordStore } from "@veristep/core";
import { textRecordStore } from "./text-record-store.js";

/**
 * Keeps records in `localStorage` or `sessionStorage`, as JSON under `veristep/record/<user id>`.
 *
 * @param storage gives the storage, and may throw, as `window.localStorage` does where it is forbidden: the
 *   call then fails as "unavailable". Only `localStorage` is shared by tabs; `() => sessionStorage` outlives a
 *   reload of its tab and nothing else, so it doesn't go with `browserPeers`. @defaultValue `localStorage`
 */
export function webStorageStore(
  storage: () => Pick<Storage, "getItem" | "setItem" | "removeItem"> = () => localStorage,
): RecordStore {
  return textRecordStore(() => {
    const place = storage();
    return {
      get: (key) => place.getItem(key),
      set: (key, text) => {
        place.setItem(key, text);
      },
      delete: (key) => {
        place.removeItem(key);
      },
    };
  });
}

/** Keeps records in memory, as long as the store itself lives: over a remount, and not over a reload. */
export function memoryStore(): RecordStore {
  const texts = new Map<string, string>();
  return textRecordStore(() => texts);
}
