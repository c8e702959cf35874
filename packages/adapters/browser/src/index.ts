export { browserPeers, type BrowserPeersOptions } from "./browser-peers.js";
export { indexedDbStore } from "./indexed-db-store.js";
export type { PeersPlatform } from "./peers-platform.js";
export { readSmsCode, type SmsPlatform } from "./read-sms-code.js";
export { memoryStore, webStorageStore } from "./record-stores.js";
export { wakeOn, type WakePlatform } from "./wake-on.js";
export { createCountdown, type Countdown } from "./form/countdown.js";
export {
  codeShown,
  createForm,
  destinationShown,
  failureShown,
  isInvalid,
  isWorking,
  refusalShown,
  statusShown,
  type CodeInput,
  type CodeInputEvent,
  type Form,
  type FormOptions,
  type FormState,
  type PhoneParser,
  type Refusal,
} from "./form/form.js";
export { keepFocus } from "./form/keep-focus.js";
export type { SmsReader } from "./form/sms-code.js";
