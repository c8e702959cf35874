export { createFlow, type Flow } from "./flow.js";
export { createFlowHost, type FlowHost, type Screen } from "./host.js";
export type { UseVerificationOptions, VerificationCommands } from "./options.js";
