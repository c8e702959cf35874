export { connectDevtools, type Devtools, type DevtoolsOptions } from "./connect.js";
export type { FaultMode, FaultSwitches, SandboxFetch } from "./faults.js";
export type { DevtoolsTexts } from "./texts.js";
export type { Entry, Followed, Note, Timeline } from "./timeline.js";
