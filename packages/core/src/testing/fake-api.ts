import { errAsync, okAsync, ResultAsync, type Result } from "neverthrow";
import type { ApiFailure } from "../failures.js";
import type { CallContext, Channel, UserId, UserStatus, VerificationApi } from "../verification-api.port.js";

export type ApiOperation = keyof VerificationApi;

/** The outcome of one call, if it shouldn't simply succeed. */
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
  readonly userId: UserId;
  readonly idempotencyKey: string;
  /** The code of a confirm, else {@link contact}. */
  readonly argument: string | null;
  /** The address or number of the call; null where it has none. */
  readonly contact: string | null;
  readonly signal: AbortSignal;
}

/** The truth of the pretended service; a test may change it at any time. */
export interface FakeService {
  lifecycle: number | null;
  readonly verified: Record<Channel, boolean>;
  /** The newest code of each channel, which alone is valid; null when none is out. */
  readonly codes: Record<Channel, string | null>;
  phone: string | null;
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

const service = { traceId: null, origin: "service" } as const;
const client = { traceId: null, origin: "client" } as const;

/** One failure of each kind. */
export const failure = {
  unreachable: { kind: "unreachable", ...client },
  noAnswer: { kind: "noAnswer", reason: "timeout", ...client },
  serverError: { kind: "serverError", status: 503, ...service, traceId: "trace-503" },
  protocol: { kind: "protocol", problem: "contentType", status: 200, ...client },
  throttled: { kind: "throttled", retryAfterMs: null, ...service },
  unauthorized: { kind: "unauthorized", ...service },
  tokenUnavailable: { kind: "tokenUnavailable", ...client },
  userNotFound: { kind: "userNotFound", ...service },
  codeRejected: { kind: "codeRejected", ...service },
  codeMalformed: { kind: "codeMalformed", ...service },
  codeSpent: { kind: "codeSpent", ...service },
  contactRefused: { kind: "contactRefused", reason: null, ...service },
  contactNeeded: { kind: "contactNeeded", ...client },
  invalidRequest: { kind: "invalidRequest", argument: "userId", ...client },
} as const satisfies { readonly [K in ApiFailure["kind"]]: Extract<ApiFailure, { kind: K }> };

/** @param email the registered address: a send to another one is refused. */
export function createFakeApi(email = "person@example.com"): FakeApi {
  let issued = 0;
  const service: FakeService = {
    lifecycle: 50,
    verified: { email: false, phone: false },
    codes: { email: null, phone: null },
    phone: null,
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
    { code, contact }: { readonly code?: string; readonly contact: string | null },
    act: () => ResultAsync<T, ApiFailure>,
  ): ResultAsync<T, ApiFailure> => {
    const { userId, idempotencyKey, signal } = call;
    calls.push({ operation, userId, idempotencyKey, argument: code ?? contact, contact, signal });
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
        void errAsync<T, ApiFailure>({ ...failure.noAnswer, reason: "aborted" }).then(resolve);
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
        run<UserStatus>("status", call, { contact: null }, () =>
          okAsync({
            isEmailVerified: service.verified.email,
            isPhoneVerified: service.verified.phone,
            lifecycle: service.lifecycle,
          }),
        ),
      sendEmailCode: (call) =>
        run("sendEmailCode", call, { contact: call.email }, () =>
          call.email === email ? issueCode("email") : errAsync(failure.contactRefused),
        ),
      confirmEmail: (call) =>
        run("confirmEmail", call, { code: call.code, contact: call.email }, () =>
          confirm("email", call.code),
        ),
      sendPhoneCode: (call) =>
        run("sendPhoneCode", call, { contact: call.phone }, () => {
          if (!service.verified.phone) service.phone = call.phone;
          return issueCode("phone");
        }),
      resendPhoneCode: (call) =>
        run("resendPhoneCode", call, { contact: call.phone }, () =>
          service.phone === null ? errAsync(failure.throttled) : issueCode("phone"),
        ),
      confirmPhone: (call) =>
        run("confirmPhone", call, { code: call.code, contact: call.phone }, () =>
          confirm("phone", call.code),
        ),
    },
  };
}
