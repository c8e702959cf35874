import { browserTest as test } from "@veristep/e2e";
import { serveSandbox } from "@veristep/sandbox/node";
import { describe, expect } from "vitest";
import { accessibilityProblems } from "../../page/test/support/accessibility.js";
import { lit, openPlayground, overflow, showTab, storedTexts } from "./support.js";

describe("the playground", () => {
  test("B2, B61: walks the flow through a lost answer and an error of the service, in two languages", async ({
    context,
    pages,
  }) => {
    const tab = await openPlayground(context, pages["playground"]);
    const { page, field, status } = tab;
    await tab.sees("email");
    const emailCode = await tab.code("email");
    // The code may be in the mailbox before the answer to its request is in the page.
    await showTab(page, "chart");
    await expect.poll(() => lit(page, "flow")).toEqual(["emailPending"]);
    await expect.poll(() => lit(page, "delivery")).toContain("phonePending.delivery.coolingDown");
    await expect.poll(() => lit(page, "entry")).toContain("phonePending.entry.waitingForCode");
    expect(await accessibilityProblems(page)).toEqual([]);
    await showTab(page, "timeline");
    // From here on the test looks at nothing that passes with time.
    await tab.set("speed", "10");

    // The code is right, but its response is lost: the status decides, and the page never says "wrong code".
    await tab.set("loseAnswer", "next");
    await field.fill(emailCode);
    await tab.sees("phoneEntry");
    await expect.poll(() => page.locator(".entries").innerText()).toContain("no response");
    const announced = (await tab.announcements()).join("\n");
    expect(announced).toContain("Enter your phone number");
    expect(announced).not.toContain("didn't work");
    await expect
      .poll(() => page.locator('[data-name="loseAnswer"] input[value="off"]').isChecked())
      .toBe(true);
    await expect.poll(() => field.evaluate((input) => input.matches(":focus"))).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);

    await tab.set("language", "bg");
    await page.getByRole("heading", { name: "Вашият телефонен номер" }).waitFor();
    await expect
      .poll(() => status.innerText())
      .toBe("Имейлът ви е потвърден. Въведете телефонния си номер с кода на държавата.");
    await expect.poll(() => page.locator("html").getAttribute("lang")).toBe("bg");
    expect(await accessibilityProblems(page)).toEqual([]);

    // The service fails once, and is asked again by itself. A national number is taken.
    await tab.set("serverError", "next");
    await field.fill("0888 123 456");
    await page.keyboard.press("Enter");
    await tab.sees("phone");
    await expect.poll(() => page.locator(".entries").innerText()).toContain("грешка в услугата");
    await tab.set("theme", "dark");
    expect(await accessibilityProblems(page)).toEqual([]);

    await tab.code("phone");
    await tab.press("Използвайте кода");
    await tab.sees("verified");
    await page.getByText("Имейлът и телефонният ви номер са потвърдени.").first().waitFor();
    await showTab(page, "chart");
    await expect.poll(() => lit(page, "flow")).toEqual(["phoneVerified"]);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(tab.problems).toEqual([]);
  });

  test("B31, B32, B37: resumes after a reload, shares the flow with a second tab, and stores no code", async ({
    context,
    pages,
  }) => {
    const first = await openPlayground(context, pages["playground"]);
    await first.sees("email");
    const code = await first.code("email");
    await first.page.reload();
    await first.sees("email");
    expect(await first.code("email")).toBe(code);
    expect(await first.page.locator("[data-channel=email] .message").count()).toBe(1);
    expect(await first.page.locator(".entries").innerText()).toContain("Continued where it was");
    expect(await first.page.locator(".entries").innerText()).not.toContain("Another tab acted");
    const resend = first.page.getByRole("button", { name: "Resend code", exact: true });
    expect(await resend.innerText()).toMatch(/\(0:\d\d\)/);

    const second = await openPlayground(context, pages["playground"]);
    await second.sees("email");
    expect(await second.code("email")).toBe(code);
    await second.field.fill(code);
    await second.sees("phoneEntry");
    await first.sees("phoneEntry");
    await first.field.fill("+359 888 123 456");
    await first.page.keyboard.press("Enter");
    await first.sees("phone");
    const phoneCode = await first.code("phone");
    expect(await storedTexts(first.page)).toContain("veristep/record");
    for (const secret of [code, phoneCode, "maria@example.com", "359888123456"]) {
      expect(await storedTexts(first.page)).not.toContain(secret);
    }
    await first.field.fill(phoneCode);
    await first.sees("verified");
    await second.sees("verified");

    // Both tabs start over with a new user.
    await second.press("Start over");
    await second.sees("email");
    await first.sees("email");
    expect(await first.code("email")).toBe(await second.code("email"));
    expect([...first.problems, ...second.problems]).toEqual([]);
  });

  test("B7, B8, B16, B18: shows a lock, a dead network, a clock that jumps, and the ends, to a phone as well", async ({
    context,
    pages,
  }) => {
    const tab = await openPlayground(context, pages["playground"]);
    const { page, field, status } = tab;
    await page.setViewportSize({ width: 390, height: 844 });
    await tab.sees("email");
    const code = await tab.code("email");
    const answers = [
      "That code didn't work. Check it",
      "3 attempts left",
      "2 attempts left",
      "1 attempt left",
      "Try again in 1",
    ];
    for (const [wrong, answer] of answers.entries()) {
      await field.fill(String((Number(code) + 1 + wrong) % 1_000_000).padStart(6, "0"));
      await page.keyboard.press("Enter");
      await page.locator("verify-contact").getByText(answer).first().waitFor();
    }
    await tab.sees("locked");
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await showTab(page, "chart");
    await expect.poll(() => lit(page, "lock")).toEqual(["phonePending.lock.locked"]);
    // A device whose clock is set ahead opens the lock; set back, nothing waits longer.
    await tab.press("1 h ahead");
    await expect.poll(() => lit(page, "lock")).toEqual(["phonePending.lock.open"]);
    await tab.press("1 h back");
    await page.getByRole("switch", { name: "No network" }).check();
    await tab.set("speed", "60");
    const resend = page.getByRole("button", { name: "Resend code", exact: true });
    await expect.poll(() => resend.innerText()).not.toMatch(/\d/);
    await resend.click();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await expect.poll(() => status.innerText()).toContain("We couldn't connect. Check your connection");
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);

    await page.getByRole("switch", { name: "No network" }).uncheck();
    await tab.press("Verify on another device");
    await tab.sees("phoneEntry");
    await tab.press("Block the account");
    await tab.sees("failed");
    expect(await status.innerText()).toBe("This account is closed or blocked. Contact support.");
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    expect(tab.problems).toEqual([]);
  });

  test("B61: keeps the focus when the pressed button is gone", async ({ context, pages }) => {
    const tab = await openPlayground(context, pages["playground"]);
    const { page, field } = tab;
    const hasFocus = () => field.evaluate((input) => input.matches(":focus"));
    await tab.set("speed", "60");
    await tab.sees("email");
    await tab.set("serverError", "always");
    await field.fill(await tab.code("email"));
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await tab.set("serverError", "off");
    await tab.press("Try again");
    await tab.sees("phoneEntry");
    await expect.poll(hasFocus).toBe(true);

    await field.fill("+359 888 123 456");
    await page.keyboard.press("Enter");
    await tab.sees("phone");
    await tab.press("Edit number");
    await tab.sees("phoneEntry");
    await expect.poll(hasFocus).toBe(true);
    expect(tab.problems).toEqual([]);
  });

  test("B11, B26: gives no access token to the page, renews it on the server, and asks a user to sign in whose session expired", async ({
    context,
    pages,
  }) => {
    const scripts: Array<Promise<string>> = [];
    context.on("response", (response) => {
      const type = response.request().resourceType();
      // The programs to copy: texts, for a server.
      if (/\/code-[\w-]+\.js$/.test(response.url())) return;
      if (type === "document" || type === "script") scripts.push(response.text());
    });
    const tab = await openPlayground(context, pages["playground"]);
    const { page, field, status } = tab;
    const timeline = () => page.locator(".entries").innerText();
    await tab.sees("email");
    // The answer to the send is there too: the next call is the user's.
    await page.getByText("We sent a 6-digit code").first().waitFor();
    await tab.press("Expire the server’s token");
    await field.fill(await tab.code("email"));
    await tab.sees("phoneEntry");
    const calls = page.locator('[data-type="serviceCall"]', { hasText: "confirm the e-mail code" });
    expect(await calls.allInnerTexts()).toEqual([
      expect.stringContaining("HTTP 200"),
      expect.stringContaining("HTTP 401"),
    ]);
    expect((await tab.announcements()).join("\n")).not.toContain("session");

    await tab.press("Expire the user’s session");
    await field.fill("+359 888 123 456");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign in again" }).waitFor();
    expect(await status.innerText()).toBe("Your session has expired. Sign in again.");
    expect(await timeline()).toContain("the session has expired");
    expect(await accessibilityProblems(page)).toEqual([]);
    await tab.press("Sign in again");
    await tab.sees("phone");
    expect(await tab.code("phone")).toMatch(/^\d{6}$/);

    // The page loads no code that could send a token.
    const loaded = await Promise.all(scripts);
    expect(loaded.length).toBeGreaterThan(1);
    expect(loaded.some((text) => /bearer|getToken/i.test(text))).toBe(false);
    expect(tab.problems).toEqual([]);
  });

  test("says where no sandbox answers, and lets the address be put right", async ({ context, pages }) => {
    const server = await serveSandbox();
    const tab = await openPlayground(context, pages["playground"]);
    await tab.sees("email");
    await tab.set("service", "remote");
    const address = tab.page.getByLabel("Address of the sandbox");
    await address.fill("http://127.0.0.1:9");
    await tab.press("Connect");
    await tab.page.getByRole("alert").getByText("No sandbox answers there.").waitFor();
    expect(await accessibilityProblems(tab.page)).toEqual([]);
    await tab.page.reload();
    await address.fill(server.url);
    await tab.press("Connect");
    await tab.sees("email");
    expect(server.sandbox.users()).toHaveLength(1);
    await server.close();
  });

  test("verifies against a running sandbox", async ({ context, pages }) => {
    const server = await serveSandbox();
    const tab = await openPlayground(context, pages["playground"]);
    await tab.sees("email");
    await tab.set("service", "remote");
    await tab.page.getByLabel("Address of the sandbox").fill(server.url);
    await tab.press("Connect");
    await expect.poll(() => server.sandbox.users().length).toBe(1);
    await tab.sees("email");
    const [user] = server.sandbox.users();
    // Registration has mailed a code: the flow sends no second one that would kill it.
    expect(server.sandbox.record.sent).toBe(1);
    expect(await tab.code("email")).toBe(server.sandbox.latestCode(user?.id ?? 0, "email"));
    await tab.field.fill(await tab.code("email"));
    await tab.sees("phoneEntry");
    await tab.field.fill("+359 888 123 456");
    await tab.page.keyboard.press("Enter");
    await tab.sees("phone");
    await tab.field.fill(await tab.code("phone"));
    await tab.sees("verified");
    expect(server.sandbox.users()).toMatchObject([{ isEmailVerified: true, isPhoneVerified: true }]);
    expect(tab.problems).toEqual([]);
    await server.close();
  });
});
