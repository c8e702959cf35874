export { reportCalls, type CallReport } from "./call-reports.js";
export type { CodeRequest, CodeSource } from "./code-source.port.js";
export { outboxCodes, type OutboxOptions } from "./outbox-codes.js";
export {
  FlowEnded,
  NeedsPerson,
  NoCodes,
  runVerifyContact,
  verifyContact,
  type VerifyContactError,
  type VerifyContactOptions,
} from "./verify-contact.js";
export { createTimeline, type Timeline, type TimelineOptions } from "./timeline.js";
