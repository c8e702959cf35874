import { maskEmail, maskPhone } from "@veristep/core";
import { axeFindings, codeInput, hearAnnouncements, paste, eventually } from "@veristep/e2e";
import { describe, expect } from "vitest";
import { reachEmailCode, reachPhoneCode, typeWrongCodes } from "./support/person.js";
import { EMAIL, MINUTE, OTHER_PHONE, PHONE, test, type World } from "./support/world.js";

describe.concurrent("wrong codes", () => {
  test("B8: lead to the lock, and out of it when its time has come", async ({ world }) => {
    const tab = await reachEmailCode(world);
    await typeWrongCodes(world, tab, [1, 2, 3, 4, 5]);
    await tab.sees({ lock: { by: "attempts" }, code: { canSubmit: false } });
    const status = tab.page.getByRole("status");
    expect(await status.textContent()).toMatch(/^Too many incorrect codes\. Try again in 15 minutes\.$/);
    expect(await tab.page.getByRole("button", { name: "Confirm" }).isDisabled()).toBe(true);
    await world.context.clock.fastForward(15 * MINUTE);
    await tab.sees({ lock: null, code: { canSubmit: true, attemptsLeft: 5 } });
    await tab.submitCode(world.code("email"));
    await tab.sees({ step: "phoneEntry" });
    expect(world.confirms()).toBe(6);
  });

  test("B10: one that was refused is refused again without a request", async ({ world }) => {
    const tab = await reachEmailCode(world);
    await tab.submitCode(world.wrongCode("email"));
    await tab.sees({ failure: { kind: "codeRejected" } });
    await tab.submitCode(world.wrongCode("email"));
    await eventually(async () => {
      expect(await tab.page.getByRole("alert").textContent()).toBe(
        "You've already tried that code. Use the most recent one.",
      );
    });
    expect(world.confirms()).toBe(1);
  });
});

describe.concurrent("B9: a resend", () => {
  test("while confirming drops the code that is being confirmed, and what was typed", async ({ world }) => {
    const tab = await reachEmailCode(world);
    await world.context.clock.fastForward(MINUTE);
    world.hold("confirmEmail", "after");
    await tab.submitCode(world.wrongCode("email"));
    await tab.sees({ activities: ["confirming"] });
    await tab.press("Send another code");
    await tab.sees({
      activities: [],
      announcement: "codeReplaced",
      code: { generation: 2, attemptsLeft: 5 },
    });
    await world.release();
    expect(await codeInput(tab.page).inputValue()).toBe("");
    await tab.submitCode(world.code("email"));
    await tab.sees({ step: "phoneEntry" });
  });

  test("leaves alone what is being typed until its code is out", async ({ world }) => {
    const tab = await reachEmailCode(world);
    await world.context.clock.fastForward(MINUTE);
    await codeInput(tab.page).fill("123");
    world.hold("sendEmailCode", "before");
    await tab.press("Send another code");
    await tab.sees({ activities: ["sending"] });
    expect(await codeInput(tab.page).inputValue()).toBe("123");
    await world.release();
    await tab.sees({ activities: [], code: { generation: 2 } });
    expect(await codeInput(tab.page).inputValue()).toBe("");
  });
});

describe.concurrent("B60: the one input for the code", () => {
  test('takes "123 456" from the clipboard', async ({ world }) => {
    const tab = await reachEmailCode(world);
    const code = world.code("email");
    await paste(tab.page, codeInput(tab.page), `${code.slice(0, 3)} ${code.slice(3)}`);
    await tab.page.keyboard.press("Enter");
    await tab.sees({ step: "phoneEntry" });
  });

  test("is the only one on the page, with its own label", async ({ world }) => {
    const tab = await reachEmailCode(world);
    expect(await tab.page.getByRole("textbox").count()).toBe(1);
    expect(await tab.page.getByRole("textbox", { name: "Code" }).getAttribute("type")).toBe("text");
  });

  test("says what is wrong with what isn't a code, and sends nothing", async ({ world }) => {
    const tab = await reachEmailCode(world);
    await tab.submitCode("12345");
    await eventually(async () => {
      expect(await tab.page.getByRole("alert").textContent()).toBe("Enter all 6 digits.");
    });
    expect(world.confirms()).toBe(0);
  });
});

describe.concurrent("B61: a screen reader", () => {
  /** Times differ from run to run. */
  const timeless = (texts: readonly string[]) =>
    texts.map((text) => text.replaceAll(/\d\d:\d\d(:\d\d)?/g, "hh:mm"));

  test("announces each change once, in order", async ({ world }) => {
    let heard = async (): Promise<readonly string[]> => [];
    const tab = await world.open({}, async (page) => {
      heard = await hearAnnouncements(page);
    });
    await tab.asksForCode("email");
    await tab.submitCode(world.wrongCode("email"));
    await tab.sees({ activities: [], failure: { kind: "codeRejected" } });
    await tab.submitCode(world.code("email"));
    await tab.sees({ step: "phoneEntry", activities: [] });
    await tab.submitPhone(PHONE);
    await tab.asksForCode("phone");
    await tab.submitCode(world.code("phone"));
    await tab.sees({ step: "verified" });
    expect(timeless(await heard())).toEqual([
      "Checking your details…",
      `Sending a code to ${maskEmail(EMAIL)}…`,
      `We sent a 6-digit code to ${maskEmail(EMAIL)}.`,
      "Checking your code…",
      "That code didn't work. Check it, or request a new one.",
      "Checking your code…",
      "Enter your phone number with the country code.",
      `Sending a code to ${maskPhone(PHONE)}…`,
      `We sent a 6-digit code to ${maskPhone(PHONE)}.`,
      "Checking your code…",
      "Your e-mail and phone number are verified.",
    ]);
  });

  test("hears nothing while a minute of the countdown passes, and keeps its focus", async ({ world }) => {
    let heard = async (): Promise<readonly string[]> => [];
    const tab = await world.open({ policy: { cooldownMs: 3 * MINUTE } }, async (page) => {
      heard = await hearAnnouncements(page);
    });
    await tab.asksForCode("email");
    // Further ahead than the page's clock can have come by the time of the call.
    await world.context.clock.pauseAt(await tab.page.evaluate(() => Date.now() + 30_000));
    const before = await heard();
    const countdown = () => tab.page.locator("#countdown").textContent();
    await codeInput(tab.page).focus();
    const seen: Array<string | null> = [];
    for (let seconds = 0; seconds < 60; seconds += 10) {
      seen.push(await countdown());
      await world.context.clock.runFor(10_000);
    }
    expect(new Set(seen).size).toBe(6);
    expect(await heard()).toEqual(before);
    expect(await codeInput(tab.page).evaluate((input) => input === document.activeElement)).toBe(true);
  });

  test("keeps its place when a code is refused", async ({ world }) => {
    const tab = await reachEmailCode(world);
    await codeInput(tab.page).fill(world.wrongCode("email"));
    await codeInput(tab.page).press("Enter");
    await tab.sees({ failure: { kind: "codeRejected" } });
    expect(await codeInput(tab.page).evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await codeInput(tab.page).getAttribute("aria-invalid")).toBe("true");
  });
});

describe.concurrent("B62: text of the server", () => {
  const markup = "<img src=x onerror=document.title='run'><b>bold</b>";
  const answer = async ({ context, apiUrl }: World, path: string, traceId: string) => {
    await context.route(
      (url) => url.origin === apiUrl && url.pathname.endsWith(path),
      (route) =>
        route.fulfill({
          status: 400,
          contentType: "application/problem+json",
          headers: { "access-control-allow-origin": "*" },
          body: JSON.stringify({ title: markup, detail: markup, errors: { Error: [markup] }, traceId }),
        }),
    );
  };

  test.for([
    ["a message with markup", "0af7651916cd43dd8448eb211c80319c"],
    ["a trace id with markup", markup],
  ])("%s is never shown as markup, nor needed", async ([, traceId = ""], { world }) => {
    const tab = await reachEmailCode(world);
    await answer(world, "confirm", traceId);
    await tab.submitCode(world.code("email"));
    await tab.sees({ activities: [], failure: { kind: "codeRejected" } });
    expect(await tab.page.getByRole("status").textContent()).toBe(
      "That code didn't work. Check it, or request a new one.",
    );
    expect(await tab.page.locator("img, b").count()).toBe(0);
    expect(await tab.page.title()).toBe("Verify your contact details");
    expect(await tab.page.locator("body").innerHTML()).not.toContain("onerror");
  });
});

describe.concurrent("axe-core finds nothing", () => {
  test("B60, B61: at any step", async ({ world }) => {
    const tab = await reachEmailCode(world, { policy: { maxAttempts: 2, lockMs: MINUTE } });
    expect(await axeFindings(tab.page), "code wanted").toEqual([]);
    await typeWrongCodes(world, tab, [1]);
    expect(await axeFindings(tab.page), "wrong code").toEqual([]);
    await tab.submitCode(world.wrongCode("email", 2));
    await tab.sees({ lock: { by: "attempts" } });
    expect(await axeFindings(tab.page), "locked").toEqual([]);
    await world.context.clock.fastForward(MINUTE);
    await tab.submitCode(world.code("email"));
    await tab.sees({ step: "phoneEntry" });
    expect(await axeFindings(tab.page), "number wanted").toEqual([]);
    await tab.submitPhone("no number");
    await tab.page.getByRole("alert").getByText("country code").waitFor();
    expect(await axeFindings(tab.page), "number refused").toEqual([]);
    await tab.submitPhone(PHONE);
    await tab.asksForCode("phone");
    await tab.submitCode(world.code("phone"));
    await tab.sees({ step: "verified" });
    expect(await axeFindings(tab.page), "verified").toEqual([]);
  });

  test("B61: where the automatic repeats are spent", async ({ world }) => {
    world.sandbox.addFault({ operation: "status", fault: { kind: "status5xx" } });
    const tab = await world.open({ policy: { retry: { maxRetries: 0 } } });
    await tab.sees({ awaiting: "retry" });
    expect(await axeFindings(tab.page)).toEqual([]);
  });
});

test.concurrent("B17: the number can be changed before it is verified, and only the new one is proven", async ({
  world,
}) => {
  const tab = await reachPhoneCode(world);
  const old = world.code("phone");
  await tab.press("Use another number");
  await tab.sees({ step: "phoneEntry", phoneEntry: { canSubmit: false } });
  await world.context.clock.fastForward(MINUTE);
  await tab.sees({ phoneEntry: { canSubmit: true } });
  await tab.submitPhone(OTHER_PHONE);
  await tab.asksForCode("phone");
  if (old !== world.code("phone")) {
    await tab.submitCode(old);
    await tab.sees({ activities: [], failure: { kind: "codeRejected" } });
  }
  await tab.submitCode(world.code("phone"));
  await tab.sees({ step: "verified", evidence: { phone: { by: "code" } } });
  expect(world.sandbox.users()).toMatchObject([{ phone: OTHER_PHONE, isPhoneVerified: true }]);
});
