import * as fc from "fast-check";
import type { ApiFailure } from "../failures.js";
import { defaultPolicy, type Policy } from "../policy.js";
import type { Taken, Verification } from "../verification.js";
import type { UserStatus } from "../verification-api.port.js";
import { failure, type ApiOperation, type ScriptedCall } from "./fake-api.js";

/*
 * Generated input for property tests with fast-check: policies, answers of the service, network faults, and presses
 * of the user.
 */

/** Policies with small limits, so that short sequences of events reach them. */
export const arbitraryPolicy: fc.Arbitrary<Policy> = fc
  .record({
    channels: fc.constantFrom<Policy["channels"]>(["email", "phone"], ["email"], ["phone"]),
    cooldownMs: fc.constantFrom(60_000, 1_000, 0),
    maxSendsPerWindow: fc.constantFrom(2, 3, 1),
    sendWindowMs: fc.constantFrom(3_600_000, 30_000, 0),
    maxAttempts: fc.constantFrom(2, 1, 3),
    lockMs: fc.constantFrom(900_000, 5_000, 0),
    retry: fc.constantFrom(
      { maxRetries: 1, baseMs: 500, capMs: 8_000, totalMs: 30_000 },
      { maxRetries: 2, baseMs: 500, capMs: 600, totalMs: 30_000 },
      { maxRetries: 2, baseMs: 900, capMs: 8_000, totalMs: 1_000 },
      { maxRetries: 0, baseMs: 1, capMs: 600, totalMs: 30_000 },
      { maxRetries: 2, baseMs: 1, capMs: 1, totalMs: 0 },
    ),
    retrySends: fc.constantFrom("on5xx" as const, "never" as const),
    unlockOnResend: fc.boolean(),
    pollMs: fc.constantFrom(null, 1_000, 30_000),
  })
  .map((policy) => Object.assign({}, defaultPolicy, policy));

/** Every way in which a call may fail, `userNotFound` last: it ends the flow. */
export const apiFailures: readonly ApiFailure[] = [
  failure.unreachable,
  failure.noAnswer,
  failure.serverError,
  failure.protocol,
  { ...failure.protocol, status: 302, problem: "redirect" },
  failure.throttled,
  { ...failure.throttled, retryAfterMs: 1_000 },
  { ...failure.throttled, retryAfterMs: 999_999_999 },
  failure.unauthorized,
  failure.tokenUnavailable,
  failure.codeRejected,
  failure.codeMalformed,
  failure.codeSpent,
  failure.contactNeeded,
  failure.contactRefused,
  { ...failure.contactRefused, reason: "invalid" },
  failure.invalidRequest,
  failure.userNotFound,
];

/** Failures of calls, those the most often that lead deepest into the chart. */
export const arbitraryFailure: fc.Arbitrary<ApiFailure> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(
      failure.codeRejected,
      failure.noAnswer,
      failure.serverError,
      failure.unreachable,
      failure.throttled,
    ),
  },
  { weight: 5, arbitrary: fc.constantFrom(...apiFailures.slice(0, -1)) },
  { weight: 1, arbitrary: fc.constantFrom(...apiFailures.slice(-3)) },
);

/** What the service says of a user: mostly that nothing is verified yet. */
export const arbitraryStatus: fc.Arbitrary<UserStatus> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constant({ isEmailVerified: false, isPhoneVerified: false, lifecycle: 50 }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<UserStatus[]>(
      { isEmailVerified: true, isPhoneVerified: false, lifecycle: 150 },
      { isEmailVerified: false, isPhoneVerified: false, lifecycle: null },
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.boolean(), fc.boolean(), fc.constantFrom(null, 50, 200, 300, 350, 400))
      .map(([isEmailVerified, isPhoneVerified, lifecycle]) => ({
        isEmailVerified,
        isPhoneVerified,
        lifecycle,
      })),
  },
);

/** A fault that a {@link FakeApi} is scripted with. */
export interface Fault {
  readonly operation: ApiOperation;
  readonly call: ScriptedCall;
}

/** Faults of the line and of the service: one of three kinds, as the service acts, doesn't, or takes its time. */
export const arbitraryFault: fc.Arbitrary<Fault> = fc.record({
  operation: fc.constantFrom<ApiOperation[]>(
    "status",
    "sendEmailCode",
    "confirmEmail",
    "sendPhoneCode",
    "resendPhoneCode",
    "confirmPhone",
  ),
  call: fc.oneof(
    fc
      .constantFrom(
        failure.unreachable,
        failure.noAnswer,
        failure.serverError,
        failure.protocol,
        failure.throttled,
        failure.unauthorized,
        failure.tokenUnavailable,
        failure.invalidRequest,
      )
      .map((fail) => ({ fail })),
    // The service acts, and its answer is lost: what B1 and B2 are about.
    fc
      .constantFrom(failure.noAnswer, failure.serverError, failure.protocol)
      .map((actThenFail) => ({ actThenFail })),
    fc.constant({ hold: true } as const),
  ),
});

/** A press of the user at a screen. The code or number is chosen later: see {@link press}. */
export type Press =
  | { readonly do: "submitCode"; readonly right: boolean }
  | { readonly do: "submitPhone"; readonly which: 0 | 1 }
  | { readonly do: "resend" | "changePhone" | "refresh" | "retry" };

/** Presses of a user who doesn't wait for the form. No press cancels: that would end most sequences early. */
export const arbitraryPress: fc.Arbitrary<Press> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("submitCode" as const), right: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("submitPhone" as const),
      which: fc.constantFrom(0 as const, 1 as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("resend" as const, "retry" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("refresh" as const, "changePhone" as const) }) },
);

/**
 * Presses the button.
 *
 * @param numbers the two numbers of the user, as E.164.
 * @param codes the codes to type: the one that is right at this moment (null before the first send), and a wrong one.
 */
export function press(
  flow: Verification,
  action: Press,
  numbers: readonly [string, string],
  codes: { readonly right: string | null; readonly wrong: string },
): Taken {
  switch (action.do) {
    case "submitCode":
      return flow.submitCode(action.right ? (codes.right ?? codes.wrong) : codes.wrong);
    case "submitPhone":
      return flow.submitPhone(numbers[action.which]);
    case "resend":
      return flow.resend();
    case "changePhone":
      return flow.changePhone();
    case "refresh":
      return flow.refresh();
    case "retry":
      return flow.retry();
  }
}
