export { forwardedFor, type ClientAddress, type ForwardedForOptions } from "./client-address.js";
export type { Count, Counters } from "./counters/counters.port.js";
export { memoryCounters } from "./counters/memory.js";
export { createGateway, type Gateway } from "./create-gateway.js";
export type { DecidedBy, GatewayEvent } from "./events.js";
export type { Conversion, Excess, LimitOptions, Rate, Velocity } from "./limits/options.js";
export type { LimitName } from "./limits/refusal.js";
export type { DestinationOptions, GatewayOptions, GatewayUser } from "./options.js";
export type { GatewayBody, GatewayOperation, GatewaySession, GatewayValues } from "./protocol.js";
