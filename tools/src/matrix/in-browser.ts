import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import type { Backend } from "./backend.js";

const PHONE = "+359888123456";
const PATIENCE_MS = 60_000;

async function newestCode(code: Backend["code"], channel: "email" | "phone"): Promise<string> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
    const newest = code(channel);
    if (newest !== null) return newest;
  }
  throw new Error(`The page asked for no code by ${channel}.`);
}

/** Types what a user would, until the page says that both contacts are verified. */
async function verify(page: Page, url: string, code: Backend["code"]): Promise<void> {
  await page.goto(url);
  const input = page.locator('input[autocomplete="one-time-code"]:visible');
  const type = async (channel: "email" | "phone") => {
    // A code that is typed before the page knows of its sending would be cleared with the field (B9).
    const sentTo = new RegExp(`6-digit code to \\W?${channel === "email" ? "i" : "\\+359"}`);
    await page.getByText(sentTo).first().waitFor({ state: "attached" });
    await input.pressSequentially(await newestCode(code, channel), { delay: 20 });
  };
  await type("email");
  const phone = page.locator('input[type="tel"]:visible');
  await phone.pressSequentially(PHONE);
  await phone.press("Enter");
  await type("phone");
  await page.getByText("Your e-mail and phone number are verified").first().waitFor({ state: "attached" });
}

/**
 * Verifies a user on a page.
 *
 * @returns what went wrong, in the page's own words where it said something; null if nothing did.
 */
export async function verifyInBrowser(browser: Browser, { url, code }: Pick<Backend, "url" | "code">) {
  const context = await browser.newContext({ locale: "en-GB" });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    const isIcon = message.location().url.endsWith("/favicon.ico");
    if (message.type() === "error" && !isIcon) complaints.push(message.text());
  });
  try {
    await verify(page, url, code);
  } catch (error) {
    const text = await page
      .locator("body")
      .innerText({ timeout: 1_000 })
      .catch(() => "");
    complaints.push(String(error), `The page says: ${text}`);
  } finally {
    await context.close();
  }
  return complaints.length === 0 ? null : complaints.join("\n");
}
