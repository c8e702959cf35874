export { reportCalls, type CallReport } from "./call-reports.js";
export { codeRequest, earliestMessage } from "./code-request.js";
export {
  nextCode,
  NoCodes,
  promisedCodes,
  type Addressee,
  type Attendance,
  type CodeAnswer,
  type CodeRequest,
  type CodeSource,
  type NoCodesReason,
  type ParkedFlows,
  type PhoneAnswer,
  type PhoneRequest,
  type WaitAnswer,
  type WaitRequest,
} from "./code-source.port.js";
export type { MessageProblem } from "./code-sources/code-message.js";
export { openCodes, type OpenedCodes } from "./code-sources/opened-codes.js";
export { outboxCodes, type OutboxOptions } from "./code-sources/outbox-codes.js";
export { promptCodes, type PromptOptions } from "./code-sources/prompt/prompt-codes.js";
export type { PromptScreen, TerminalInput, TerminalOutput } from "./code-sources/prompt/terminal.js";
export { secretFromEnv, type Secret } from "./code-sources/secret.js";
export { stdinCodes, type LineProblem, type StdinOptions } from "./code-sources/stdin-codes.js";
export { FlowEnded, NeedsPerson, type VerifyContactError } from "./flow-errors.js";
export { Telemetry } from "./telemetry.js";
export { runVerifyContact, verifyContact, type VerifyContactOptions } from "./verify-contact.js";
export { pooledFetch, type PooledFetch, type PooledFetchOptions } from "./transport/pooled-fetch.js";
export { createTimeline, type Timeline, type TimelineOptions } from "./timeline.js";
export { BatchStopped, isFinal, type Bucket, type Outcome, type VerifyRow } from "./many/outcome.js";
export { verifyMany, type VerifyManyOptions } from "./many/verify-many.js";
