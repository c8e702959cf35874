import {
  systemClock,
  type ApiAnswer,
  type ApiFailure,
  type Clock,
  type UserStatus,
  type VerificationApi,
} from "@veristep/core";
import type { Result } from "neverthrow";

/** How one call of the API went. Holds no code, token, address or number. */
export interface CallReport {
  readonly operation: keyof VerificationApi;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** null after a success. */
  readonly failure: ApiFailure | null;
  /** What the status said, after a read that succeeded. */
  readonly status: UserStatus | null;
}

/**
 * An API that tells a listener of every call, and is otherwise the one that it wraps.
 *
 * @param onCall called after each call; what it throws would be lost with the call, so it must not throw.
 */
export function reportCalls(
  api: VerificationApi,
  onCall: (report: CallReport) => void,
  clock: Clock = systemClock,
): VerificationApi {
  const reported =
    <Operation extends keyof VerificationApi, Value>(
      operation: Operation,
      run: (call: Parameters<VerificationApi[Operation]>[0]) => ApiAnswer<Value>,
      statusOf: (value: Value) => UserStatus | null,
    ) =>
    async (call: Parameters<VerificationApi[Operation]>[0]): Promise<Result<Value, ApiFailure>> => {
      const startedAt = clock.now();
      const tell = (failure: ApiFailure | null, status: UserStatus | null) => {
        onCall({ operation, startedAt, durationMs: Math.max(clock.now() - startedAt, 0), failure, status });
      };
      const result = await run(call);
      if (result.isOk()) tell(null, statusOf(result.value));
      else tell(result.error, null);
      return result;
    };
  const none = () => null;
  return {
    status: reported(
      "status",
      (call) => api.status(call),
      (status) => status,
    ),
    sendEmailCode: reported("sendEmailCode", (call) => api.sendEmailCode(call), none),
    confirmEmail: reported("confirmEmail", (call) => api.confirmEmail(call), none),
    sendPhoneCode: reported("sendPhoneCode", (call) => api.sendPhoneCode(call), none),
    resendPhoneCode: reported("resendPhoneCode", (call) => api.resendPhoneCode(call), none),
    confirmPhone: reported("confirmPhone", (call) => api.confirmPhone(call), none),
  };
}
