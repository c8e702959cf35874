import type { ApiAnswer, ApiFailure, CallContext } from "@veristep/core";
import type { HttpApi } from "@veristep/http";

/** Arguments that no check refuses, and that are easily found in a text. */
export const canary = {
  token: "tok-CANARY.header.payload",
  code: "074513",
  email: "canary.person@example.test",
  phone: "+33612345678",
} as const;

export type OperationName = Exclude<keyof HttpApi, symbol>;

/** One call of each operation. */
export const calls: Record<
  OperationName,
  (api: HttpApi, overrides?: Partial<CallContext>) => ApiAnswer<unknown>
> = {
  status: (api, overrides) => api.status(context(overrides)),
  sendEmailCode: (api, overrides) => api.sendEmailCode({ ...context(overrides), email: canary.email }),
  confirmEmail: (api, overrides) =>
    api.confirmEmail({ ...context(overrides), code: canary.code, email: canary.email }),
  sendPhoneCode: (api, overrides) => api.sendPhoneCode({ ...context(overrides), phone: canary.phone }),
  resendPhoneCode: (api, overrides) => api.resendPhoneCode({ ...context(overrides), phone: canary.phone }),
  confirmPhone: (api, overrides) =>
    api.confirmPhone({ ...context(overrides), code: canary.code, phone: canary.phone }),
  register: async (api, overrides) =>
    api.register({ merchantId: 7, email: canary.email, signal: context(overrides).signal }),
};

export const operationNames = Object.keys(calls) as OperationName[]; // Object.keys forgets the keys' type.

export function context(overrides: Partial<CallContext> = {}): CallContext {
  return { userId: 42, signal: new AbortController().signal, idempotencyKey: "key-1", ...overrides };
}

/** An outcome as plain data: `{ok}` or the failure itself. */
export async function outcomeOf<T>(call: ApiAnswer<T>): Promise<{ ok: T } | ApiFailure> {
  const result = await call;
  return result.isOk() ? { ok: result.value } : result.error;
}

/** The answer that makes an operation succeed. */
export function successOf(name: OperationName): Response {
  return successes[name]();
}

const accepted = () => new Response(null, { status: 204 });

const successes: Record<OperationName, () => Response> = {
  status: () => json(200, { isEmailVerified: true, isPhoneNumberVerified: false, status: 150 }),
  sendEmailCode: accepted,
  confirmEmail: () => json(200, { success: true, message: "", code: 200 }),
  sendPhoneCode: accepted,
  resendPhoneCode: accepted,
  confirmPhone: () => new Response(null, { status: 200 }),
  register: () => json(201, { id: 42 }),
};

/** @param headers besides, or instead of, the content type. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
}
