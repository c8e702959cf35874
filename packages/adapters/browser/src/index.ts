export { browserPeers, type BrowserPeersOptions } from "./browser-peers.js";
export { indexedDbStore } from "./indexed-db-store.js";
export type { PeersPlatform } from "./peers-platform.js";
export { readSmsCode, type SmsPlatform } from "./read-sms-code.js";
export { memoryStore, webStorageStore } from "./record-stores.js";
export { wakeOn, type WakePlatform } from "./wake-on.js";
export { createCountdown, type Countdown } from "./form/countdown.js";
export {
  createForm,
  type CodeInput,
  type CodeInputEvent,
  type Form,
  type FormOptions,
  type PhoneParser,
} from "./form/form.js";
export {
  codeShown,
  destinationShown,
  failureShown,
  isInvalid,
  isWorking,
  refusalShown,
  statusShown,
  type FormState,
  type Refusal,
} from "./form/shown.js";
export { keepFocus } from "./form/keep-focus.js";
export type { SmsReader } from "./form/sms-code.js";
