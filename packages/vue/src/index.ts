export type { UseVerificationOptions, VerificationCommands } from "@veristep/form/flow";
export type { VueScreen } from "./in-vue.js";
export { useCountdown } from "./use-countdown.js";
export { useVerification } from "./use-verification.js";
