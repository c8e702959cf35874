export { browserPeers, type BrowserPeersOptions } from "./browser-peers.js";
export { indexedDbStore } from "./indexed-db-store.js";
export type { PeersPlatform } from "./peers-platform.js";
export { readSmsCode, type SmsPlatform } from "./read-sms-code.js";
export { memoryStore, webStorageStore, type TextStorage } from "./record-stores.js";
export { wakeOn, type WakePlatform } from "./wake-on.js";
