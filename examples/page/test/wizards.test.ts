import { browserTest as test, paste } from "@veristep/e2e";
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect } from "vitest";
import { accessibilityProblems } from "./support/accessibility.js";
import { logPage } from "./support/page-log.js";

const field = (page: Page) => page.getByRole("textbox");
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();
/** The live region says what one of the elements on the screen shows as well. */
const sees = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).click();

/** The newest message's code, once so many messages have arrived. */
async function newestCode(page: Page, messages: number): Promise<string> {
  const codes = page.locator(".inbox strong");
  await codes.nth(messages - 1).waitFor();
  return codes.first().innerText();
}

const hasFocus = (page: Page, element = field(page)) =>
  element.evaluate((element) => element === document.activeElement);

/** Types a text by an input method, which ends with the text itself. */
async function compose(context: BrowserContext, page: Page, text: string): Promise<void> {
  const session = await context.newCDPSession(page);
  for (let end = 1; end <= text.length; end += 1) {
    const composed = { text: text.slice(0, end), selectionStart: end, selectionEnd: end };
    await session.send("Input.imeSetComposition", composed);
  }
  await session.send("Input.insertText", { text });
}

const fullWidth = (digits: string): string =>
  digits.replaceAll(/\d/g, (digit) => "０１２３４５６７８９".charAt(Number(digit)));

const otherThan = (code: string): string => (code === "000000" ? "111111" : "000000");

/** The page with the screen of prop getters. */
const bare = (url: string | undefined): string => new URL("bare.html", url).href;

/** Opens a wizard, waits until its first code has been sent, and returns both. */
async function openWizard(context: BrowserContext, url: string | undefined) {
  const page = await context.newPage();
  await page.goto(bare(url));
  const code = await newestCode(page, 1);
  await sees(page, "We sent a 6-digit code");
  return { page, code };
}

describe.each(["vanilla", "vue", "svelte"])("the wizard in %s", (name) => {
  test("B60, B61: verifies a user who mistypes and pastes by keyboard, without any axe violation", async ({
    context,
    pages,
  }) => {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const { announcements, problems } = await logPage(page);
    await page.goto(bare(pages[name]));

    await heading(page, "Confirm your e-mail");
    const code = await newestCode(page, 1);
    await sees(page, "We sent a 6-digit code to m•••@example.com");
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await field(page).getAttribute("inputmode")).toBe("numeric");
    expect(await field(page).getAttribute("autocomplete")).toBe("one-time-code");
    expect(await field(page).getAttribute("aria-invalid")).toBe("false");

    // Letters don't stay in the field; a code that is too short is refused, and says why.
    await field(page).focus();
    await page.keyboard.type("12x");
    expect(await field(page).inputValue()).toBe("12");
    await page.keyboard.press("Enter");
    await sees(page, "Enter all 6 digits.");
    expect(await field(page).getAttribute("aria-invalid")).toBe("true");
    expect(await accessibilityProblems(page)).toEqual([]);

    // The last digit submits; the answer comes without the focus moving.
    await field(page).fill(otherThan(code));
    await sees(page, "That code didn't work.");
    expect(await hasFocus(page)).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);

    // A resend before its time says when it will be, and the seconds count down beside it, seen and not heard.
    const resend = page.getByRole("button", { name: "Send another code", exact: true });
    expect(await resend.innerText()).toMatch(/Send another code in \d\d s/);
    expect(await resend.getAttribute("aria-disabled")).toBe("true");
    // By force, as Playwright takes aria-disabled for disabled: it can be pressed.
    await resend.click({ force: true });
    await sees(page, /You can request a new code in \d+ seconds?\./);
    await field(page).focus();

    await field(page).fill(`Your code: ${code.slice(0, 3)} ${code.slice(3)}`);
    await heading(page, "Your phone number");
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await hasFocus(page)).toBe(true);
    expect(await field(page).getAttribute("type")).toBe("tel");
    expect(await field(page).inputValue()).toBe("");
    await page.keyboard.type("0888");
    await page.keyboard.press("Enter");
    await sees(page, "Enter the number with the country code");
    await field(page).fill("+359 888 123 456");
    await page.keyboard.press("Enter");

    await heading(page, "Confirm your phone");
    await newestCode(page, 2);
    await sees(page, "We sent a 6-digit code to +359 88 812 3456");
    expect(await accessibilityProblems(page)).toEqual([]);
    // Another number; its message arrives, and what was typed for the first is gone (B9, B17).
    await field(page).fill("12");
    await press(page, "Change the number");
    await heading(page, "Your phone number");
    await expect.poll(() => hasFocus(page)).toBe(true);
    await field(page).fill("+359 888 123 456");
    await page.keyboard.press("Enter");
    await heading(page, "Confirm your phone");
    await field(page).fill(await newestCode(page, 2));

    await heading(page, "All confirmed");
    expect(await field(page).count()).toBe(0);
    await expect.poll(() => hasFocus(page, page.getByRole("heading", { level: 1 }))).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);
    const said = await announcements();
    expect(said.at(-1)).toBe("Your e-mail and phone number are verified.");
    expect(said.filter((text) => /\bin \d+ s\b/.test(text))).toEqual([]);
    expect(problems).toEqual([]);
  });

  test("B60: takes full-width digits of an input method, and a code behind a refused one", async ({
    context,
    pages,
  }) => {
    const { page, code } = await openWizard(context, pages[name]);
    await field(page).focus();
    await compose(context, page, fullWidth(otherThan(code)));
    await sees(page, "That code didn't work.");
    expect(await field(page).inputValue()).toBe(otherThan(code));
    await paste(page, field(page), code);
    await heading(page, "Your phone number");
  });

  test("B61: leaves the focus where it is outside, as it begins and with each new step", async ({
    context,
    pages,
  }) => {
    const { page, code } = await openWizard(context, pages[name]);
    expect(await hasFocus(page, page.locator("body"))).toBe(true);
    const inbox = page.locator(".inbox");
    await inbox.evaluate((inbox) => {
      inbox.setAttribute("tabindex", "-1");
      if (inbox instanceof HTMLElement) inbox.focus();
    });
    await field(page).evaluate((input, code) => {
      if (input instanceof HTMLInputElement) input.value = code;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }, code);
    await heading(page, "Your phone number");
    expect(await hasFocus(page, inbox)).toBe(true);
  });

  test("keeps the focus on the primary button when what it does changes (B61)", async ({
    context,
    pages,
  }) => {
    await context.clock.install();
    const page = await context.newPage();
    await page.goto(bare(pages[name]));
    await newestCode(page, 1);
    await sees(page, "We sent a 6-digit code");
    await context.clock.runFor(60_000);
    await context.setOffline(true);
    await press(page, "Send another code");
    const again = page.getByRole("button", { name: "Try again" });
    await expect
      .poll(async () => {
        await context.clock.runFor(10_000);
        return again.isVisible();
      })
      .toBe(true);
    await context.setOffline(false);
    await again.click();
    await newestCode(page, 2);
    await sees(page, "We sent a new code to");
    expect(await hasFocus(page, page.getByRole("button", { name: "Confirm", exact: true }))).toBe(true);
  });
});

test.for(["vanilla", "vue", "svelte"])(
  "the finished screen in %s verifies both contacts, with nothing for axe to find",
  async (name, { context, pages }) => {
    const page = await context.newPage();
    await page.goto(pages[name] ?? "");
    await page.getByLabel("Code").fill(await newestCode(page, 1));
    await page.getByLabel("Phone number").fill("+359 888 123 456");
    await page.keyboard.press("Enter");
    await page.getByLabel("Code").fill(await newestCode(page, 2));
    await page.getByRole("heading", { name: "You're verified" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  },
);
