import type { ApiFailure, CallContext, VerificationApi } from "@veristep/core";
import { err, ok, type Result } from "neverthrow";

const service = { traceId: null, origin: "service" } as const;
const client = { traceId: null, origin: "client" } as const;
const contactNeeded: ApiFailure = { kind: "contactNeeded", ...client };

/** The failures for error codes of better-auth. The HTTP status decides about the other codes. */
const failures = new Map<unknown, ApiFailure>([
  ["INVALID_OTP", { kind: "codeRejected", ...service }],
  ["OTP_EXPIRED", { kind: "codeSpent", ...service }],
  ["OTP_NOT_FOUND", { kind: "codeSpent", ...service }],
  ["TOO_MANY_ATTEMPTS", { kind: "codeSpent", ...service }],
  ["INVALID_EMAIL", { kind: "contactRefused", reason: "invalid", ...service }],
  ["INVALID_PHONE_NUMBER", { kind: "contactRefused", reason: "invalid", ...service }],
  ["PHONE_NUMBER_EXIST", { kind: "contactRefused", reason: "taken", ...service }],
]);

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

function failureOf(status: number): ApiFailure {
  if (status === 401) return { kind: "unauthorized", ...service };
  if (status === 429) return { kind: "throttled", retryAfterMs: null, ...service };
  if (status >= 500) return { kind: "serverError", status, ...service };
  return { kind: "protocol", problem: "unexpectedStatus", status, ...client };
}

/**
 * Returns the {@link VerificationApi} of a better-auth server with the plugins `emailOTP` and `phoneNumber`.
 *
 * The session names the user, so the id in a call isn't sent. In a page, the browser sends the session's cookie.
 *
 * @param url where better-auth is served, such as `https://example.com/api/auth`.
 * @param headers outside of a browser: the cookie and the origin.
 */
export function createBetterAuthApi(
  url: string,
  headers?: Readonly<Record<string, string>>,
): VerificationApi {
  async function call(
    { signal }: CallContext,
    path: string,
    body?: object,
  ): Promise<Result<unknown, ApiFailure>> {
    if (signal.aborted) return err({ kind: "unreachable", ...client });
    try {
      const response = await fetch(url + path, {
        method: body === undefined ? "GET" : "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body) ?? null,
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      });
      const answer: unknown = await response.json();
      if (response.ok) return ok(answer);
      return err(failures.get(member(answer, "code")) ?? failureOf(response.status));
    } catch {
      return err({ kind: "noAnswer", reason: signal.aborted ? "aborted" : "connectionLost", ...client });
    }
  }
  const send = async (context: CallContext, path: string, body: object) =>
    (await call(context, path, body)).map(() => "accepted" as const);
  const sendPhoneCode = (context: CallContext, phoneNumber: string) =>
    send(context, "/phone-number/send-otp", { phoneNumber });
  const confirm = async (context: CallContext, path: string, body: object) =>
    (await call(context, path, body)).map(() => "confirmed" as const);
  const needsContact = async (): Promise<Result<never, ApiFailure>> => err(contactNeeded);

  return {
    status: async (context) =>
      (await call(context, "/get-session")).andThen((session) => {
        const user = member(session, "user");
        if (user === undefined) return err(failureOf(401));
        return ok({
          isEmailVerified: member(user, "emailVerified") === true,
          isPhoneVerified: member(user, "phoneNumberVerified") === true,
          lifecycle: null,
        });
      }),
    sendEmailCode: ({ email, ...context }) =>
      send(context, "/email-otp/send-verification-otp", { email, type: "email-verification" }),
    confirmEmail: ({ email, code: otp, ...context }) =>
      email === null ? needsContact() : confirm(context, "/email-otp/verify-email", { email, otp }),
    sendPhoneCode: ({ phone, ...context }) => sendPhoneCode(context, phone),
    resendPhoneCode: ({ phone, ...context }) =>
      phone === null ? needsContact() : sendPhoneCode(context, phone),
    confirmPhone: ({ phone: phoneNumber, code, ...context }) =>
      phoneNumber === null
        ? needsContact()
        : confirm(context, "/phone-number/verify", { phoneNumber, code, updatePhoneNumber: true }),
  };
}
