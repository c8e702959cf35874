export { reportCalls, type CallReport } from "./flow/call-reports.js";
export {
  nextCode,
  NoCodes,
  promisedCodes,
  type Addressee,
  type CodeAnswer,
  type CodeRequest,
  type CodeSource,
  type NoCodesReason,
  type PhoneAnswer,
  type PhoneRequest,
  type WaitAnswer,
  type WaitRequest,
} from "./codes/code-source.port.js";
export type { MessageProblem } from "./codes/code-message.js";
export { openCodes, type OpenedCodes } from "./codes/opened-codes.js";
export { outboxCodes, type OutboxOptions } from "./codes/outbox-codes.js";
export { promptCodes, type PromptOptions } from "./codes/prompt/prompt-codes.js";
export type { PromptScreen, TerminalInput, TerminalOutput } from "./codes/prompt/terminal.js";
export { secretFromEnv, type Secret } from "./codes/secret.js";
export { stdinCodes, type LineProblem, type StdinOptions } from "./codes/stdin-codes.js";
export { FlowEnded, NeedsPerson, type VerifyContactError } from "./flow/flow-errors.js";
export { Telemetry } from "./flow/telemetry.js";
export { runVerifyContact, verifyContact, type VerifyContactOptions } from "./flow/verify-contact.js";
export { pooledFetch, type PooledFetch, type PooledFetchOptions } from "./pooled-fetch.js";
export { createTimeline, type Timeline, type TimelineOptions } from "./flow/timeline.js";
export { BatchStopped, isFinal, type Bucket, type Outcome, type VerifyRow } from "./batch/outcome.js";
export { verifyMany, type VerifyManyOptions } from "./batch/verify-many.js";
