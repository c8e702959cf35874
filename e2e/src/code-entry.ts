import type { Frame, Locator, Page } from "playwright-core";

/** The one input for the code, found by what makes phones offer the code from the message (B60). */
export const codeInput = (content: Page | Frame): Locator =>
  content.locator('input[autocomplete="one-time-code"][inputmode="numeric"]:visible');

/** Pastes a text, as from the clipboard. The page's origin must be one that may use it: https, or loopback. */
export async function paste(page: Page, into: Locator, text: string): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await into.focus();
  await page.keyboard.press("ControlOrMeta+V");
}
