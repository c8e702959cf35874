import type { Fetch } from "@veristep/http";
import { describe, expect, test } from "vitest";
import { MINUTE, SECOND, sentence, world, wrong } from "./world.js";

/*
 * Reports from elsewhere about services that answer oddly, late or not at all. The link above each test is
 * the public report; docs/complaints.md lists them all.
 */

/** Lets a way to the service answer the next sends by itself. */
const answeringSends =
  (answer: () => Response, times: number) =>
  (service: Fetch): Fetch => {
    let left = times;
    return async (url, init) => {
      if (!url.endsWith("/send-confirmation") || left === 0) return service(url, init);
      left -= 1;
      return answer();
    };
  };

describe("a send that is answered oddly", () => {
  // https://github.com/Agenta-AI/agenta/issues/5646
  test("Agenta-AI/agenta#5646: a 200 that says something else is no sent code, and the reason has a name and a sentence (B5, B22, B62)", async () => {
    const odd = () => Response.json({ status: "RESTART_FLOW_ERROR" });
    const { clock, open, pass, code, messages } = await world({ network: answeringSends(odd, 1) });
    const page = await open();
    expect(page.view()).toMatchObject({
      code: { sent: "perhaps" },
      announcement: "codePerhapsSent",
      failure: { kind: "protocol", about: "send" },
    });
    expect(sentence(page, clock.now())).toMatch(/may have sent a code.*request a new one/);
    // And the way out is the button that is there anyway.
    await pass(MINUTE);
    expect(page.resend().isOk()).toBe(true);
    await pass();
    expect(messages("email")).toBe(1);
    page.submitCode(code("email"));
    await pass();
    expect(page.view()).toMatchObject({ step: "phoneEntry", failure: null });
  });

  // https://github.com/activepieces/activepieces/issues/14735
  test("activepieces/activepieces#14735: ends the step after a 204 for a verified contact, without waiting for a mail (B6)", async () => {
    const { open, pass, messages, sandbox, userId } = await world();
    const page = await open();
    await pass(2 * MINUTE);
    sandbox.verifyElsewhere(userId, "email");
    page.resend();
    await pass();
    expect(messages("email")).toBe(1);
    expect(page.view().step).toBe("phoneEntry");
  });

  // https://github.com/activepieces/activepieces/issues/14735
  test("activepieces/activepieces#14735: where a service quietly sends nothing, the mail that comes late is still taken (B10)", async () => {
    // The service keeps the first code and mails nothing more, for as long as it likes.
    const quiet = () => new Response(null, { status: 204 });
    const { open, pass, code, messages } = await world({
      registered: "justNow",
      network: answeringSends(quiet, 2),
    });
    const page = await open();
    for (let resend = 0; resend < 2; resend += 1) {
      await pass(MINUTE);
      page.resend();
      await pass();
    }
    expect(messages("email")).toBe(1);
    expect(page.view()).toMatchObject({ awaiting: "code", resend: { allowed: false } });
    expect(page.submitCode(code("email")).isOk()).toBe(true);
    await pass();
    expect(page.view()).toMatchObject({ step: "phoneEntry", failure: null });
  });

  // https://github.com/nightly-labs/openbot/issues/122
  test.each(["dropAfter", "dropBefore"] as const)(
    "nightly-labs/openbot#122: a send without an answer is neither repeated nor called failed (%s, B1)",
    async (kind) => {
      const { open, pass, code, requests } = await world({
        sandbox: { faults: [{ operation: "sendEmailCode", fault: { kind } }] },
      });
      const page = await open();
      await pass(50 * SECOND);
      expect(requests("sendEmailCode")).toBe(1);
      expect(page.view()).toMatchObject({
        awaiting: "code",
        announcement: "codePerhapsSent",
        code: { canSubmit: true, sent: "perhaps" },
      });
      if (kind === "dropBefore") {
        await pass(10 * SECOND);
        page.resend();
        await pass();
      }
      page.submitCode(code("email"));
      await pass();
      expect(page.view().step).toBe("phoneEntry");
    },
  );
});

describe("a confirm that is answered oddly", () => {
  // https://github.com/MetaMask/core/issues/8468
  test("MetaMask/core#8468: a wrong code is asked about once and costs one attempt, whatever repeats are set (B8)", async () => {
    const { open, pass, code, requests } = await world({
      options: { policy: { retry: { maxRetries: 10, baseMs: 1, totalMs: MINUTE } } },
    });
    const page = await open();
    page.submitCode(wrong(code("email")));
    await pass(2 * MINUTE);
    expect(requests("confirmEmail")).toBe(1);
    expect(page.view().code?.attemptsLeft).toBe(4);
  });

  // https://github.com/MetaMask/core/issues/8468
  test.each([
    ["a 503", { kind: "status5xx", status: 503 }],
    ["no answer", { kind: "dropBefore" }],
    ["an HTML page", { kind: "htmlBody" }],
  ] as const)(
    "MetaMask/core#8468: an answer that says nothing (%s) costs none, and the code is offered once more at most (B2)",
    async (_what, fault) => {
      const { open, pass, code, requests, sandbox, userId } = await world({
        sandbox: { faults: [{ operation: "confirmEmail", fault, times: 2 }] },
        options: { policy: { retry: { maxRetries: 10, baseMs: 1, totalMs: MINUTE } } },
      });
      const page = await open();
      page.submitCode(code("email"));
      await pass(2 * MINUTE);
      expect(requests("confirmEmail")).toBe(2);
      expect(page.view()).toMatchObject({ canRetry: true, code: { attemptsLeft: 5, canSubmit: true } });
      // The service compared nothing, so the user has all of its attempts left, too.
      const compared = sandbox.record.events.filter((event) => event.type === "compare" && event.compared);
      expect(compared).toEqual([]);
      page.retry();
      await pass();
      expect(page.view()).toMatchObject({ step: "phoneEntry", failure: null });
      expect(sandbox.users().find(({ id }) => id === userId)).toMatchObject({ isEmailVerified: true });
    },
  );
});
