import { chromium as playwright, type Browser, type BrowserContext } from "playwright-core";
import { inject, test } from "vitest";
import { chromium } from "./chromium.js";

/** The fixtures of a test in a browser. The project needs a `browserSetup`. */
export interface BrowserFixtures {
  /** One browser for all tests of a worker. */
  readonly browser: Browser;
  /** The empty browser of one user. It is closed after the test. */
  readonly context: BrowserContext;
  /** The origin of each page, by its name. */
  readonly pages: Readonly<Record<string, string>>;
}

/** Vitest's `test`, for tests in a browser. */
export const browserTest = test.extend<BrowserFixtures>({
  browser: [
    // Vitest reads from the pattern which fixtures this one needs: none.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const browser = await playwright.launch(await chromium());
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
  context: async ({ browser }, use) => {
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC" });
    // A machine that runs all tests at once is slow; a test that waits for what never comes should end all the same.
    context.setDefaultTimeout(30_000);
    await use(context);
    await context.close();
  },
  pages: inject("pages"),
});
