export type { Screen, UseVerificationOptions, VerificationCommands } from "@veristep/form/flow";
export { useCountdown } from "./use-countdown.js";
export { useVerification } from "./use-verification.js";
