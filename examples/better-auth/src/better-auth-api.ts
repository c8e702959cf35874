import type { ApiFailure, CallContext, VerificationApi } from "@veristep/core";
import { err, ok, type Result } from "neverthrow";

const service = { traceId: null, origin: "service" } as const;
const client = { traceId: null, origin: "client" } as const;

/** The parts of better-auth's responses that a flow needs. */
type Answer = {
  readonly code?: string;
  readonly user?: { readonly emailVerified?: unknown; readonly phoneNumberVerified?: unknown };
} | null;

function failureOf(status: number, code = ""): ApiFailure {
  if (code === "INVALID_OTP") return { kind: "codeRejected", ...service };
  if (/^(OTP_EXPIRED|OTP_NOT_FOUND|TOO_MANY_ATTEMPTS)$/.test(code)) return { kind: "codeSpent", ...service };
  if (code === "PHONE_NUMBER_EXIST") return { kind: "contactRefused", reason: "taken", ...service };
  if (/^INVALID_(EMAIL|PHONE_NUMBER)$/.test(code))
    return { kind: "contactRefused", reason: "invalid", ...service };
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
  type Call = readonly [context: CallContext, path: string, body?: object];
  const call = async (...[{ signal }, path, body]: Call): Promise<Result<Answer, ApiFailure>> => {
    // After a reload, the flow knows only the mask of a number.
    if (Object.values(body ?? {}).includes(null)) return err({ kind: "contactNeeded", ...client });
    if (signal.aborted) return err({ kind: "unreachable", ...client });
    try {
      const response = await fetch(url + path, {
        ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
        headers: { ...headers, "content-type": "application/json" },
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      });
      // Each member is compared before it is believed.
      const answer = (await response.json()) as Answer;
      return response.ok ? ok(answer) : err(failureOf(response.status, answer?.code));
    } catch {
      return err({ kind: "noAnswer", reason: signal.aborted ? "aborted" : "connectionLost", ...client });
    }
  };
  const send = async (...args: Call) => (await call(...args)).map(() => "accepted" as const);
  const confirm = async (...args: Call) => (await call(...args)).map(() => "confirmed" as const);
  const sendPhoneCode = ({ phone, ...context }: CallContext & { readonly phone: string | null }) =>
    send(context, "/phone-number/send-otp", { phoneNumber: phone });

  return {
    status: async (context) =>
      (await call(context, "/get-session")).andThen((answer) => {
        if (answer?.user === undefined) return err(failureOf(401));
        const { emailVerified, phoneNumberVerified } = answer.user;
        return ok({
          isEmailVerified: emailVerified === true,
          isPhoneVerified: phoneNumberVerified === true,
          lifecycle: null,
        });
      }),
    sendEmailCode: ({ email, ...context }) =>
      send(context, "/email-otp/send-verification-otp", { email, type: "email-verification" }),
    confirmEmail: ({ email, code: otp, ...context }) =>
      confirm(context, "/email-otp/verify-email", { email, otp }),
    sendPhoneCode,
    resendPhoneCode: sendPhoneCode,
    confirmPhone: ({ phone: phoneNumber, code, ...context }) =>
      confirm(context, "/phone-number/verify", { phoneNumber, code, updatePhoneNumber: true }),
  };
}
