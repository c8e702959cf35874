import { errAsync, okAsync, ResultAsync, type Result } from "neverthrow";
import type { ApiFailure } from "../failures.js";
import type { CallContext, Channel, UserStatus, VerificationApi } from "../verification-api.port.js";

export type ApiOperation = keyof VerificationApi;

/** How one call goes, where it shall not simply succeed. */
export type ScriptedCall =
  /** The service is not reached, or refuses: nothing happens there, and this failure comes back. */
  | { readonly fail: ApiFailure }
  /** The service acts, and its answer is lost on the way: this failure comes back instead. */
  | { readonly actThenFail: ApiFailure }
  /** The service acts, and its answer waits until {@link FakeApi.release}. */
  | { readonly hold: true }
  /** As if nothing were scripted. */
  | { readonly pass: true };

/** A call as the service saw it. */
export interface RecordedCall {
  readonly operation: ApiOperation;
  readonly userId: number;
  readonly idempotencyKey: string;
  /** The code, address or number of the call, if it has one. */
  readonly argument: string | null;
  readonly signal: AbortSignal;
}

/** The truth of the pretended service; a test may change it at any time. */
export interface FakeService {
  lifecycle: number | null;
  readonly verified: Record<Channel, boolean>;
  /** The newest code of each channel, which alone is valid; null when none is out. */
  readonly codes: Record<Channel, string | null>;
  phoneNumber: string | null;
}

/** A `VerificationApi` without a network: one user, codes to be read, and calls that can be scripted. */
export interface FakeApi {
  readonly api: VerificationApi;
  readonly service: FakeService;
  readonly calls: readonly RecordedCall[];
  /** How many calls of an operation the service saw. */
  count(...operations: readonly ApiOperation[]): number;
  /** Plans the next calls of an operation, one after the other. */
  script(operation: ApiOperation, ...calls: readonly ScriptedCall[]): void;
  /** Lets every answer that was held back arrive. */
  release(): void;
}

export const failure = {
  unreachable: { kind: "unreachable", traceId: null },
  noAnswer: { kind: "noAnswer", reason: "timeout", traceId: null },
  serverError: { kind: "serverError", status: 503, traceId: "trace-503" },
  protocol: { kind: "protocol", problem: "contentType", status: 200, traceId: null },
  throttled: { kind: "throttled", retryAfterMs: null, traceId: null },
  unauthorized: { kind: "unauthorized", traceId: null },
  tokenUnavailable: { kind: "tokenUnavailable", traceId: null },
  userNotFound: { kind: "userNotFound", traceId: null },
  codeRejected: { kind: "codeRejected", traceId: null },
  codeMalformed: { kind: "codeMalformed", traceId: null },
  contactInvalid: { kind: "contactInvalid", traceId: null },
  contactRefused: { kind: "contactRefused", traceId: null },
  invalidRequest: { kind: "invalidRequest", argument: "userId", traceId: null },
} as const satisfies { readonly [K in ApiFailure["kind"]]: Extract<ApiFailure, { kind: K }> };

/** @param email the registered address: a send to another one is refused. */
export function createFakeApi(email = "person@example.com"): FakeApi {
  let issued = 0;
  const service: FakeService = {
    lifecycle: 50,
    verified: { email: false, phone: false },
    codes: { email: null, phone: null },
    phoneNumber: null,
  };
  const calls: RecordedCall[] = [];
  const scripts = new Map<ApiOperation, ScriptedCall[]>();
  let held: Array<() => void> = [];

  const issueCode = (channel: Channel): ResultAsync<"accepted", ApiFailure> => {
    if (!service.verified[channel]) {
      issued += 1;
      service.codes[channel] = String(100_000 + issued * 1_111);
    }
    return okAsync("accepted");
  };
  const confirm = (channel: Channel, code: string): ResultAsync<"confirmed", ApiFailure> => {
    if (service.codes[channel] === null || service.codes[channel] !== code)
      return errAsync(failure.codeRejected);
    service.codes[channel] = null;
    service.verified[channel] = true;
    return okAsync("confirmed");
  };

  const run = <T>(
    operation: ApiOperation,
    call: CallContext,
    argument: string | null,
    act: () => ResultAsync<T, ApiFailure>,
  ): ResultAsync<T, ApiFailure> => {
    const { userId, idempotencyKey, signal } = call;
    calls.push({ operation, userId, idempotencyKey, argument, signal });
    if (signal.aborted) return errAsync(failure.unreachable);
    const step = scripts.get(operation)?.shift() ?? { pass: true };
    if ("fail" in step) return errAsync(step.fail);
    if ("actThenFail" in step) {
      const lost = errAsync<T, ApiFailure>(step.actThenFail);
      return act()
        .andThen(() => lost)
        .orElse(() => lost);
    }
    if ("pass" in step) return act();
    const acted = act();
    const answer = new Promise<Result<T, ApiFailure>>((resolve) => {
      held.push(() => {
        void acted.then(resolve);
      });
      signal.addEventListener("abort", () => {
        void errAsync<T, ApiFailure>({ kind: "noAnswer", reason: "aborted", traceId: null }).then(resolve);
      });
    });
    return new ResultAsync(answer);
  };

  return {
    service,
    calls,
    count: (...operations) => calls.filter((call) => operations.includes(call.operation)).length,
    script: (operation, ...steps) => {
      scripts.set(operation, [...(scripts.get(operation) ?? []), ...steps]);
    },
    release: () => {
      const answers = held;
      held = [];
      for (const answer of answers) answer();
    },
    api: {
      status: (call) =>
        run<UserStatus>("status", call, null, () =>
          okAsync({
            isEmailVerified: service.verified.email,
            isPhoneNumberVerified: service.verified.phone,
            lifecycle: service.lifecycle,
          }),
        ),
      sendEmailCode: (call) =>
        run("sendEmailCode", call, call.email, () =>
          call.email === email ? issueCode("email") : errAsync(failure.contactRefused),
        ),
      confirmEmail: (call) => run("confirmEmail", call, call.code, () => confirm("email", call.code)),
      sendPhoneCode: (call) =>
        run("sendPhoneCode", call, call.phoneNumber, () => {
          if (!service.verified.phone) service.phoneNumber = call.phoneNumber;
          return issueCode("phone");
        }),
      resendPhoneCode: (call) =>
        run("resendPhoneCode", call, null, () =>
          service.phoneNumber === null ? errAsync(failure.throttled) : issueCode("phone"),
        ),
      verifyPhone: (call) => run("verifyPhone", call, call.code, () => confirm("phone", call.code)),
    },
  };
}
