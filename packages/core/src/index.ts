export { systemClock, type Clock, type EpochMs, type RandomSource } from "./clock.port.js";
export {
  mayHaveBeenProcessed,
  type ApiFailure,
  type ApiFailureKind,
  type ProtocolProblem,
} from "./failures.js";
export type { CallContext, Channel, UserStatus, VerificationApi } from "./verification-api.port.js";
