export { english } from "./english.js";
export { type SessionApi } from "./source.js";
export type { ElementTexts, ScreenName } from "./texts.js";
export { defineVerifyContact, VerifyContact, type VerifyContactEvents } from "./verify-contact.js";
