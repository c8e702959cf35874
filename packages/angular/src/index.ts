export type { Screen, UseVerificationOptions, VerificationCommands } from "@veristep/form/flow";
export { injectCountdown } from "./inject-countdown.js";
export { injectVerification } from "./inject-verification.js";
