import type { RecordStore } from "@veristep/core";
import { textRecordStore } from "./text-record-store.js";

/** The part of `Storage` that a store uses. Its methods may be asynchronous, as those of React Native's `AsyncStorage`. */
export interface TextStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, text: string): void | Promise<void>;
  removeItem(key: string): void | Promise<void>;
}

/**
 * Keeps records in `localStorage` or `sessionStorage`, as JSON under `veristep/record/<user id>`.
 *
 * @param storage returns the storage, and may throw, as `window.localStorage` does where it is forbidden: the
 *   call then fails as "unavailable". Tabs share only `localStorage`; `() => sessionStorage` survives a reload of
 *   its tab and nothing else, so don't combine it with `browserPeers`. @defaultValue `localStorage`
 */
export function webStorageStore(storage: () => TextStorage = () => localStorage): RecordStore {
  return textRecordStore(() => {
    const place = storage();
    return {
      get: (key) => place.getItem(key),
      set: (key, text) => place.setItem(key, text),
      delete: (key) => place.removeItem(key),
    };
  });
}

/** Keeps records in memory, as long as the store itself lives: over a remount, and not over a reload. */
export function memoryStore(): RecordStore {
  const texts = new Map<string, string>();
  return textRecordStore(() => texts);
}
