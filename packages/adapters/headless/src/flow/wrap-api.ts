import type { ApiAnswer, VerificationApi } from "@veristep/core";

/** One call of an API, of any kind. */
interface WrappedCall<Value> extends Pick<Parameters<VerificationApi["status"]>[0], "userId" | "signal"> {
  readonly operation: keyof VerificationApi;
  readonly run: () => ApiAnswer<Value>;
}

/** An API each of whose calls goes through a function, and that is otherwise the one that it wraps. */
export function wrapApi(
  api: VerificationApi,
  around: <Value>(call: WrappedCall<Value>) => ApiAnswer<Value>,
): VerificationApi {
  const wrapped =
    <Call extends Pick<WrappedCall<unknown>, "userId" | "signal">, Value>(
      operation: keyof VerificationApi,
      run: (call: Call) => ApiAnswer<Value>,
    ) =>
    (call: Call): ApiAnswer<Value> =>
      around({ operation, userId: call.userId, signal: call.signal, run: () => run(call) });
  return {
    status: wrapped("status", (call) => api.status(call)),
    sendEmailCode: wrapped("sendEmailCode", (call) => api.sendEmailCode(call)),
    confirmEmail: wrapped("confirmEmail", (call) => api.confirmEmail(call)),
    sendPhoneCode: wrapped("sendPhoneCode", (call) => api.sendPhoneCode(call)),
    resendPhoneCode: wrapped("resendPhoneCode", (call) => api.resendPhoneCode(call)),
    confirmPhone: wrapped("confirmPhone", (call) => api.confirmPhone(call)),
  };
}
