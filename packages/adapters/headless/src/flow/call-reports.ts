import {
  systemClock,
  type ApiFailure,
  type Clock,
  type UserStatus,
  type VerificationApi,
} from "@veristep/core";
import { wrapApi } from "./wrap-api.js";

/** How one call of the API went. Holds no code, token, address or number. */
export interface CallReport {
  readonly operation: keyof VerificationApi;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** null after a success. */
  readonly failure: ApiFailure | null;
  /** The status, after a read that succeeded; otherwise null. */
  readonly status: UserStatus | null;
}

/**
 * Wraps an API, and calls a listener after each of its calls.
 *
 * @param onCall called after each call; what it throws would be lost with the call, so it must not throw.
 */
export function reportCalls(
  api: VerificationApi,
  onCall: (report: CallReport) => void,
  clock: Clock = systemClock,
): VerificationApi {
  return wrapApi(api, async ({ operation, run }) => {
    const startedAt = clock.now();
    const result = await run();
    const failure = result.isErr() ? result.error : null;
    // The value of this operation is a status; the wrapper is the same for all.
    const status = operation === "status" && result.isOk() ? (result.value as UserStatus) : null;
    onCall({ operation, startedAt, durationMs: Math.max(clock.now() - startedAt, 0), failure, status });
    return result;
  });
}
