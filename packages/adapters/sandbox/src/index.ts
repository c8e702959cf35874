export type { Fault, FaultKind, FaultRule } from "./fault.js";
export type { CodeState } from "./issued-code.js";
export type { NewUser } from "./new-user.js";
export type { Operation } from "./operations.js";
export type { OutboxFilter, OutboxMessage } from "./outbox.js";
export type { SandboxPolicy } from "./policy.js";
export { createSeededRandom, type RandomBytes } from "./random.js";
export type {
  CompareEvent,
  RequestEvent,
  SandboxEvent,
  SandboxRecord,
  SendEvent,
  SendRefusal,
} from "./record.js";
export { createSandbox, type Sandbox, type SandboxOptions } from "./sandbox.js";
export type { MintedToken } from "./tokens.js";
export { lifecycleCodes, type LifecycleCode, type UserView } from "./users.js";
