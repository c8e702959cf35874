export { createDurableClient, type DurableClient } from "./durable-client.js";
export type { CallOptions, IngressFailure, IngressOptions } from "./ingress.js";
export { createContactSeal, type ContactSeal } from "./sealed-contacts.js";
export type { DriveEnd } from "../facade/driver.js";
export type { FlowEnd, Requests } from "../facade/facade.js";
export type { Answer } from "../flow/flow-api.js";
