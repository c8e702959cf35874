import type { ApiFailure, VerificationApi } from "@veristep/core";
import { err, errAsync, ResultAsync, type Result } from "neverthrow";
import { createAccessTokens } from "./access-token.js";
import { refuseCode, refuseEmail, refuseMerchantId, refusePhone, refuseUserId } from "./arguments.js";
import { bounded } from "./bounded.js";
import { classify } from "./classify.js";
import { exchange, type WasNeverSent } from "./exchange.js";
import { operations, type Operation } from "./operations.js";
import { resolveOptions, type HttpApiOptions } from "./options.js";
import { invalidRequest, noAnswer, tokenUnavailable, unreachable } from "./own-failures.js";

/** A user to register: `POST /User`. */
export interface Registration {
  /** The merchant on whose behalf the user is registered: an int32. */
  readonly merchantId: number;
  /** The e-mail address, which gets a first code from the service automatically; null for none. */
  readonly email: string | null;
  /** Passed on as it is; must be JSON. */
  readonly additionalData?: Readonly<Record<string, unknown>> | undefined;
  /** Aborts the call, which then settles at once. */
  readonly signal?: AbortSignal | undefined;
}

/** The port of the flow, and the registration that comes before it. */
export interface HttpApi extends VerificationApi {
  /**
   * Registers a user. Not safe to repeat blindly: without an answer the user may exist all the same.
   * Same outcomes as the port's methods: never throws, never rejects.
   */
  register(registration: Registration): ResultAsync<{ readonly id: number }, ApiFailure>;
}

type RequestBody = Readonly<Record<string, unknown>>;

/**
 * Makes the adapter; see `createHttpApi` in index.ts.
 *
 * @param wasNeverSent reads from a platform's errors whether the request was sent. A browser doesn't need Node's codes.
 */
export function httpApiOf(options: HttpApiOptions, wasNeverSent: WasNeverSent): HttpApi {
  const settings = { ...resolveOptions(options), wasNeverSent };
  const { baseUrl, clock, correlation, timeoutMs } = settings;
  const tokens = createAccessTokens(settings);
  const now = () => clock.now();

  const request = async <T>(
    operation: Operation<T>,
    path: string,
    body: RequestBody | undefined,
    json: string | null,
    signal: AbortSignal | undefined,
  ): Promise<Result<T, ApiFailure>> => {
    let isSent = false;
    const attempts = async (signal: AbortSignal): Promise<Result<T, ApiFailure>> => {
      for (let isRepeat = false; ; isRepeat = true) {
        isSent = false;
        const token = await tokens.acquire(signal);
        if (token === null || signal.aborted) return err(tokenUnavailable);
        const secrets = () => secretsIn(token.value, body);
        const answer = await exchange(
          { method: operation.method, url: baseUrl + path, token: token.value, body: json, secrets },
          settings,
          signal,
          () => {
            isSent = true;
          },
        );
        if (answer.isErr()) return err(answer.error);
        const result = classify(operation, answer.value, { now, secrets });
        const isRefused = result.isErr() && result.error.kind === "unauthorized";
        if (!isRefused && isRepeat) tokens.helped();
        if (signal.aborted || !isRefused || !tokens.refused(token, isRepeat) || isRepeat) return result;
      }
    };
    const outcome = await bounded(attempts, { deadline: { clock, ms: timeoutMs }, signal });
    if (outcome.kind === "done") return outcome.value;
    const reason = outcome.kind === "threw" ? "connectionLost" : outcome.kind;
    if (isSent) return err(noAnswer(reason));
    // What ended while it waited for a token was not acted on: it was not sent, or was answered with 401.
    return err(reason === "timeout" ? tokenUnavailable : unreachable);
  };

  /**
   * @param refusal what is wrong with the arguments; nothing is sent then.
   * @param path is called for checked arguments only: text made of anything else can throw.
   */
  const attempt = <T>(
    operation: Operation<T>,
    refusal: ApiFailure | null,
    signal: AbortSignal | undefined,
    path: () => string,
    body?: RequestBody,
  ): ResultAsync<T, ApiFailure> => {
    if (refusal !== null) return errAsync(refusal);
    let json: string | null = null;
    try {
      if (body !== undefined) json = JSON.stringify(body);
    } catch {
      // Everything else in a body is a number or a string.
      return errAsync(invalidRequest("additionalData"));
    }
    return new ResultAsync(request(operation, path(), body, json, signal));
  };

  return {
    status: ({ userId, signal }) =>
      attempt(operations.status, refuseUserId(userId), signal, () => `/User/${userId}/status`),

    sendEmailCode: ({ userId, email, signal }) =>
      attempt(
        operations.sendEmailCode,
        refuseUserId(userId) ?? refuseEmail(email),
        signal,
        () => "/User/email/send-confirmation",
        { id: userId, email },
      ),

    confirmEmail: ({ userId, code, signal }) =>
      attempt(
        operations.confirmEmail,
        refuseUserId(userId) ?? refuseCode(code),
        signal,
        () => "/User/email/confirm",
        { id: userId, token: code, ...correlation },
      ),

    sendPhoneCode: ({ userId, phone, signal }) =>
      attempt(
        operations.sendPhoneCode,
        refuseUserId(userId) ?? refusePhone(phone),
        signal,
        () => "/User/phone-number/send-code",
        { id: userId, phoneNumber: phone, ...correlation },
      ),

    resendPhoneCode: ({ userId, signal }) =>
      attempt(
        operations.resendPhoneCode,
        refuseUserId(userId),
        signal,
        () => `/User/${userId}/phone-number/resend-code`,
      ),

    confirmPhone: ({ userId, code, signal }) =>
      attempt(
        operations.confirmPhone,
        refuseUserId(userId) ?? refuseCode(code),
        signal,
        () => "/User/phone-number/verify",
        { id: userId, code, ...correlation },
      ),

    register: ({ merchantId, email, additionalData, signal }) =>
      attempt(
        operations.register,
        refuseMerchantId(merchantId) ?? (email === null ? null : refuseEmail(email)),
        signal,
        () => "/User",
        // JSON leaves an undefined member out.
        { merchantId, email, additionalData },
      ),
  };
}

/** Returns the parts of a request that a server could hide in a `traceId`. Shorter texts are in any identifier by chance. */
function secretsIn(token: string, body: RequestBody | undefined): string[] {
  return [token, ...Object.values(body ?? {})]
    .filter((value) => typeof value === "string")
    .map((secret) => secret.replace(/^\+/, ""))
    .filter((secret) => secret.length >= 4);
}
