export { systemClock, type Clock, type EpochMs, type RandomSource } from "./clock.port.js";
export { createVerification } from "./create-verification.js";
export {
  mayHaveBeenProcessed,
  type ApiFailure,
  type ApiFailureKind,
  type CommandRefusal,
  type CommandRefusalKind,
  type ContactRefusal,
  type FailureOrigin,
  type FlowFailure,
  type FlowFailureKind,
  type OptionProblem,
  type PhoneProblem,
  type ProtocolProblem,
  type Unverified,
} from "./failures.js";
export { formatPhone, maskEmail, maskPhone } from "./host/mask.js";
export type {
  Engine,
  FlowWorkers,
  Inspected,
  Task,
  VerificationActor,
  VerificationMachine,
  Work,
} from "./host/engine.port.js";
export type { VerificationUser } from "./host/options.js";
export type {
  CallResult,
  ConfirmInput,
  ConfirmResult,
  SendInput,
  SendResult,
  StatusInput,
  StatusResult,
  WaitInput,
  WaitResult,
} from "./chart/actors.js";
export type {
  Known,
  PerChannel,
  VerificationContext,
  VerificationEvent,
  VerificationInput,
  VerificationOutput,
} from "./chart/context.js";
export type { ChannelFacts, Contact } from "./rules/channel.js";
export type { Evidence } from "./rules/endings.js";
export type { ShownFailure } from "./rules/shown-failure.js";
export type { Deadline } from "./rules/deadline.js";
export type { VerificationTag } from "./chart/setup.js";
export { bulgarian } from "./messages/bulgarian.js";
export { describeFailure, describeRefusal, describeView } from "./messages/describe.js";
export { english } from "./messages/english.js";
export { romanian } from "./messages/romanian.js";
export {
  formatMessage,
  messageKeyOf,
  type Message,
  type MessageCatalogue,
  type MessageKey,
  type MessageValues,
} from "./messages/message.js";
export type { PeerNews, Peers } from "./peers.port.js";
export {
  createPolicy,
  defaultPolicy,
  type CodeFormat,
  type ChannelOrder,
  type Policy,
  type PolicyOptions,
  type RetryPolicy,
} from "./policy.js";
export type { RecordStore, StoreFailure } from "./record-store.port.js";
export {
  parseRecord,
  toRecord,
  type ChannelRecord,
  type RecordProblem,
  type VerificationRecord,
} from "./record.js";
export type { Taken, Verification, VerificationOptions, Verified } from "./verification.js";
export {
  isUserId,
  type ApiAnswer,
  type CallContext,
  type Channel,
  type UserId,
  type UserStatus,
  type VerificationApi,
} from "./verification-api.port.js";
export {
  view,
  type CodeView,
  type PhoneEntryView as NumberView,
  type ResendView,
  type Step,
  type VerificationSnapshot,
  type VerificationView,
} from "./view.js";
