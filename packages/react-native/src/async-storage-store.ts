import { webStorageStore } from "@veristep/browser";
import type { RecordStore } from "@veristep/core";

/**
 * Keeps records in `AsyncStorage` of `@react-native-async-storage/async-storage`, or in anything else of its shape, as
 * JSON under `veristep/record/<user id>`. They hold no codes, and contacts are masked.
 *
 * @example
 * ```ts
 * const store = asyncStorageStore(AsyncStorage);
 * ```
 */
export const asyncStorageStore = (storage: {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, text: string): Promise<void>;
  removeItem(key: string): Promise<void>;
}): RecordStore => webStorageStore(() => storage);
