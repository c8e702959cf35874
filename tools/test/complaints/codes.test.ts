import { describe, expect, test } from "vitest";
import { channels, MINUTE, SECOND, sentence, watch, world, wrong } from "./world.js";

/*
 * What people say elsewhere about codes that are typed in: refused although right, dead without a word. The
 * link above each test is the public report; docs/complaints.md lists them all.
 */

describe("a code after a resend", () => {
  // https://github.com/clerk-community/clerk-sdk-flutter/issues/226
  test("clerk-community/clerk-sdk-flutter#226: the code can be typed at any time, after a wrong one and after a resend (B9)", async () => {
    const { open, pass, code, sandbox } = await world();
    const page = await open();
    const canType = () => page.view().awaiting === "code" && page.view().code?.canSubmit === true;
    expect(canType()).toBe(true);
    page.submitCode(wrong(code("email")));
    await pass();
    expect(canType()).toBe(true);
    await pass(MINUTE);
    sandbox.addFault({ operation: "sendEmailCode", fault: { kind: "delay", ms: SECOND, when: "after" } });
    page.resend();
    await pass(100);
    expect(page.view().activities).toContain("sending");
    expect(canType()).toBe(true);
    await pass(SECOND);
    expect(canType()).toBe(true);
    page.submitCode(code("email"));
    await pass();
    expect(page.view().step).toBe("phoneEntry");
  });

  // https://github.com/better-auth/better-auth/issues/541
  test.each(channels)(
    "better-auth/better-auth#541: after a resend the new code works, and the old one doesn't (%s, B9)",
    async (channel, start) => {
      const { open, pass, code } = await world(start);
      const page = await open();
      await pass(MINUTE);
      page.resend();
      await pass();
      const [old, current] = [code(channel, 0), code(channel, 1)];
      expect(old).not.toBe(current);
      page.submitCode(old);
      await pass();
      expect(page.view()).toMatchObject({ channel, failure: { kind: "codeRejected" } });
      page.submitCode(current);
      await pass();
      expect(page.view().evidence[channel]).toMatchObject({ by: "code" });
    },
  );

  // https://github.com/better-auth/better-auth/issues/8560
  test("better-auth/better-auth#8560: slow mail and a resend: the screen says which mail counts, before and after a dead code (B9)", async () => {
    const { clock, open, pass, code } = await world({ options: { policy: { maxAttempts: 5 } } });
    const page = await open();
    // The first mail takes longer than the user waits.
    await pass(90 * SECOND);
    page.resend();
    await pass();
    const sentAt = clock.now();
    expect(page.view()).toMatchObject({ announcement: "codeReplaced", code: { generation: 2, sentAt } });
    // Now it arrives, and its code is typed: it is refused, not called expired, and the newer mail is named.
    page.submitCode(code("email", 0));
    await pass();
    expect(page.view()).toMatchObject({
      awaiting: "code",
      failure: { kind: "codeRejected" },
      code: { canSubmit: true, generation: 2, sentAt, attemptsLeft: 4 },
    });
    page.submitCode(code("email", 1));
    await pass();
    expect(page.view().step).toBe("phoneEntry");
  });

  // https://github.com/lukevella/rallly/issues/2439
  test("lukevella/rallly#2439: a code that a resend kills while it is being checked is no wrong code (B4)", async () => {
    const { open, pass, code, sandbox } = await world();
    const page = await open();
    const seen = watch(page);
    await pass(90 * SECOND);
    sandbox.addFault({ operation: "confirmEmail", fault: { kind: "delay", ms: 2 * SECOND, when: "before" } });
    // The mail arrives at last, just as the user requests a new code.
    page.submitCode(code("email"));
    await pass(SECOND);
    page.resend();
    await pass(5 * SECOND);
    expect(seen.map(({ failure }) => failure).filter((failure) => failure !== null)).toEqual([]);
    expect(page.view()).toMatchObject({
      announcement: "codeReplaced",
      code: { generation: 2, attemptsLeft: 5, canSubmit: true },
    });
  });

  // https://github.com/goauthentik/authentik/issues/23123
  test("goauthentik/authentik#23123: says that the earlier code no longer works, and when to empty the input, after a resend (B9)", async () => {
    const { clock, open, pass } = await world();
    const page = await open();
    const generation = page.view().code?.generation ?? 0;
    expect(sentence(page, clock.now())).not.toMatch(/no longer work/);
    await pass(MINUTE);
    page.resend();
    await pass();
    expect(sentence(page, clock.now())).toMatch(
      /We sent a new code to i•••@example\.com at \d\d:\d\d\. Older codes no longer work\./,
    );
    expect(page.view().code?.generation).toBe(generation + 1);
  });

  // https://github.com/ory/kratos/issues/3123
  test.each(channels)(
    "ory/kratos#3123: a code that was sent again is taken, however often it was (%s, B9)",
    async (channel, start) => {
      const { open, pass, code, messages } = await world(start);
      const page = await open();
      for (let resend = 0; resend < 3; resend += 1) {
        // Each time a wrong one first: what was refused before has no say over a newer code.
        page.submitCode(wrong(code(channel)));
        await pass(MINUTE);
        page.resend();
        await pass();
      }
      expect(messages(channel)).toBe(4);
      expect(page.submitCode(code(channel)).isOk()).toBe(true);
      await pass();
      expect(page.view().evidence[channel]).toMatchObject({ by: "code" });
    },
  );
});

describe("how long a code lives, and how often one may be wrong", () => {
  // https://github.com/logto-io/logto/issues/8913
  test("logto-io/logto#8913: lifetime and attempts are settings (B8)", async () => {
    const { clock, open, pass, code } = await world({
      options: { policy: { codeLifetimeMs: 3 * MINUTE, maxAttempts: 2, lockMs: MINUTE } },
    });
    const page = await open();
    expect(page.view().code).toMatchObject({ attemptsLeft: 2, expiresAt: clock.now() + 3 * MINUTE });
    for (const by of [1, 2]) {
      page.submitCode(wrong(code("email"), by));
      await pass();
    }
    expect(page.view()).toMatchObject({
      lock: { by: "attempts", until: clock.now() + MINUTE },
      code: { attemptsLeft: 0, canSubmit: false },
    });
  });
});

describe("a code that was accepted", () => {
  // https://github.com/firebase/flutterfire/issues/3949
  test("firebase/flutterfire#3949: shows no refusal when the device has already used the code by itself (B2)", async () => {
    const { open, pass, code, sandbox, userId } = await world({
      verified: ["email"],
      phone: "+359888123456",
    });
    const page = await open();
    const seen = watch(page);
    // The service has accepted the code from elsewhere, and answers 400 to the same code.
    sandbox.verifyElsewhere(userId, "phone");
    page.submitCode(code("phone"));
    await pass();
    const result = await page.result;
    expect(result.isOk()).toBe(true);
    expect(seen.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  });

  // https://github.com/firebase/flutterfire/issues/3949
  test.each(["dropAfter", "cutBody"] as const)(
    "firebase/flutterfire#3949: nor when the answer that accepted it was lost on the way (%s, B2)",
    async (kind) => {
      const { open, pass, code, requests } = await world({
        sandbox: { faults: [{ operation: "confirmEmail", fault: { kind } }] },
      });
      const page = await open();
      const seen = watch(page);
      page.submitCode(code("email"));
      await pass();
      expect(page.view()).toMatchObject({ step: "phoneEntry", evidence: { email: { by: "status" } } });
      expect(requests("confirmEmail")).toBe(1);
      expect(seen.flatMap(({ failure }) => failure ?? [])).toEqual([]);
    },
  );
});
