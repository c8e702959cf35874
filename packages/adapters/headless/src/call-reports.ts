import {
  systemClock,
  type ApiFailure,
  type Clock,
  type UserStatus,
  type VerificationApi,
} from "@veristep/core";
import { ResultAsync } from "neverthrow";

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
    <Call, Value>(
      operation: keyof VerificationApi,
      run: (call: Call) => ResultAsync<Value, ApiFailure>,
      statusOf: (value: Value) => UserStatus | null,
    ) =>
    (call: Call): ResultAsync<Value, ApiFailure> => {
      const startedAt = clock.now();
      const tell = (failure: ApiFailure | null, status: UserStatus | null) => {
        onCall({ operation, startedAt, durationMs: Math.max(clock.now() - startedAt, 0), failure, status });
      };
      return run(call)
        .map((value) => {
          tell(null, statusOf(value));
          return value;
        })
        .mapErr((failure) => {
          tell(failure, null);
          return failure;
        });
    };
  const none = () => null;
  return {
    status: reported("status", api.status, (status) => status),
    sendEmailCode: reported("sendEmailCode", api.sendEmailCode, none),
    confirmEmail: reported("confirmEmail", api.confirmEmail, none),
    sendPhoneCode: reported("sendPhoneCode", api.sendPhoneCode, none),
    resendPhoneCode: reported("resendPhoneCode", api.resendPhoneCode, none),
    verifyPhone: reported("verifyPhone", api.verifyPhone, none),
  };
}
