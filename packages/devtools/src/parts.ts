/* For a page that shows the panel to its users, such as a playground: nothing here is left out of a production build. */
export { english } from "./english.js";
export {
  faultModes,
  sandboxFaults,
  type FaultMode,
  type FaultSwitches,
  type SandboxFetch,
} from "./faults.js";
export { defineDevtools, VeristepDevtools } from "./panel.js";
export type { DevtoolsTexts, TabName } from "./texts.js";
export {
  createTimeline,
  type Entry,
  type Followed,
  type Note,
  type Timeline,
  type Tone,
} from "./timeline.js";
