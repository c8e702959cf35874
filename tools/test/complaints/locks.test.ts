import { describeRefusal, english, type Verification } from "@veristep/core";
import { describe, expect, test } from "vitest";
import { MINUTE, sentence, world, wrong, type World } from "./world.js";

/*
 * Reports from elsewhere about too many wrong codes. The link above each test is the public report;
 * docs/complaints.md lists them all.
 */

/** Types so many wrong codes, each another one. */
async function mistype(page: Verification, { code, pass }: World, times: number): Promise<void> {
  for (let by = 1; by <= times; by += 1) {
    page.submitCode(wrong(code("email"), by));
    await pass();
  }
}

describe("a user who is locked out", () => {
  // https://github.com/aws-amplify/amplify-ui-android/issues/180
  test("aws-amplify/amplify-ui-android#180: reads that it is a lock and until when, and not that something went wrong (B8)", async () => {
    const here = await world();
    const page = await here.open();
    await mistype(page, here, 5);
    const until = here.clock.now() + 15 * MINUTE;
    expect(page.view()).toMatchObject({ announcement: "lock", lock: { by: "attempts", until } });
    expect(sentence(page, here.clock.now())).toBe("Too many incorrect codes. Try again in 15 minutes.");
    const refusal = page.submitCode(here.code("email"))._unsafeUnwrapErr();
    expect(refusal).toEqual({ kind: "lock", by: "attempts", until });
    expect(describeRefusal(refusal, english, here.clock.now())).toBe(sentence(page, here.clock.now()));
    await here.pass(15 * MINUTE);
    expect(page.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 5 } });
  });

  // https://github.com/ory/kratos/issues/4510
  test("ory/kratos#4510: reads the same when it is the service that has had enough, and never of another trouble (B13)", async () => {
    const here = await world({
      sandbox: { policy: { maxWrongCodesPerWindow: 3, wrongCodeWindowMs: 10 * MINUTE } },
    });
    const page = await here.open();
    await mistype(page, here, 4);
    expect(page.view()).toMatchObject({
      step: "email",
      announcement: "throttled",
      failure: { kind: "throttled", about: "code" },
      lock: { by: "service", until: here.clock.now() + 10 * MINUTE },
    });
    expect(sentence(page, here.clock.now())).toMatch(/Try again in 10 minutes/);
    await here.pass(10 * MINUTE);
    expect(page.view()).toMatchObject({ awaiting: "code", lock: null, failure: null });
  });

  // https://github.com/ory/kratos/issues/4510
  test("ory/kratos#4510: with attempts spent the next code isn't even sent off, so no other check can answer for it (B8)", async () => {
    const here = await world();
    const page = await here.open();
    await mistype(page, here, 7);
    expect(here.requests("confirmEmail")).toBe(5);
    expect(page.view()).toMatchObject({ step: "email", lock: { by: "attempts" }, failedBecause: null });
  });

  // https://github.com/brave/brave-browser/issues/57867
  test("brave/brave-browser#57867: is sent no code while none can be typed, and the one sent afterwards works (B8)", async () => {
    const here = await world();
    const page = await here.open();
    await mistype(page, here, 5);
    const { until } = page.view().lock ?? { until: 0 };
    await here.pass(2 * MINUTE);
    expect(page.view().resend).toMatchObject({ allowed: false, blockedBy: "lock", availableAt: until });
    expect(page.resend()._unsafeUnwrapErr()).toMatchObject({ kind: "lock", until });
    expect(here.messages("email")).toBe(1);
    await here.pass(13 * MINUTE);
    expect(page.resend().isOk()).toBe(true);
    await here.pass();
    page.submitCode(here.code("email"));
    await here.pass();
    expect(page.view().step).toBe("phoneEntry");
  });

  // https://github.com/brave/brave-browser/issues/57867
  test("brave/brave-browser#57867: or else, where the policy offers a new code, that code opens the entry at once (B8)", async () => {
    const here = await world({ options: { policy: { unlockOnResend: true } } });
    const page = await here.open();
    await mistype(page, here, 5);
    await here.pass(MINUTE);
    expect(page.resend().isOk()).toBe(true);
    await here.pass();
    expect(page.view()).toMatchObject({ lock: null, code: { canSubmit: true, attemptsLeft: 5 } });
    page.submitCode(here.code("email"));
    await here.pass();
    expect(page.view().step).toBe("phoneEntry");
  });
});
