export {
  serveWorker,
  createServices,
  type ServicesOptions,
  type Worker,
  type WorkerOptions,
} from "./worker.js";
export type { CodeLookup, ContactLookup, DurableCodes, FindContact, WorkerPorts } from "./ports.js";
export type { Answer } from "./flow/flow-api.js";
export type { VerificationMachine } from "@veristep/core";
export type { DriveEnd } from "./facade/driver.js";
export type { FlowEnd, Requests } from "./facade/facade.js";
