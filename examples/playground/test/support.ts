import type { Channel } from "@veristep/core";
import type { ScreenName } from "@veristep/element";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { logPage, type PageLog } from "../../page/test/support/page-log.js";

/** The playground in one tab, as someone uses it. */
export interface Playground extends PageLog {
  readonly page: Page;
  /** The field of the step. */
  readonly field: Locator;
  /** The sentence that tells the user what is happening. */
  readonly status: Locator;
  /** Waits for a screen of the element on which the user can act, or which is an end. */
  readonly sees: (screen: ScreenName) => Promise<void>;
  readonly set: (choice: string, value: string) => Promise<void>;
  /** The code that is valid now, once its message has arrived. */
  readonly code: (channel: Channel) => Promise<string>;
  readonly press: (name: string | RegExp) => Promise<void>;
}

export async function openPlayground(context: BrowserContext, url = ""): Promise<Playground> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const log = await logPage(page);
  await page.goto(url);
  const code = (channel: Channel) =>
    page.locator(`[data-channel="${channel}"] .message[data-state="current"] [data-code]`);
  return {
    ...log,
    page,
    field: page.locator("verify-contact").getByRole("textbox"),
    status: page.locator("verify-contact").getByRole("status"),
    sees: (screen) => {
      const shown = `verify-contact[screen="${screen}"]`;
      const isEnd = /^(verified|failed|locked)$/.test(screen);
      return page.locator(isEnd ? shown : `${shown} [part~="primary"]:not([data-working])`).waitFor();
    },
    // By force: the radio buttons lie, unseen, under their texts.
    set: (choice, value) =>
      page.locator(`[data-name="${choice}"] input[value="${value}"]`).check({ force: true }),
    code: async (channel) => (await code(channel).getAttribute("data-code")) ?? "",
    press: (name) => page.getByRole("button", { name, exact: true }).click(),
  };
}

/** Chooses a tab of the devtools. */
export const showTab = (page: Page, name: "timeline" | "chart" | "view" | "code"): Promise<void> =>
  page.locator(`[role=tab][data-name="${name}"]`).click();

/** Which states are lit in a chart, once its tab is chosen. */
export const lit = (page: Page, chart: "flow" | "delivery" | "entry" | "lock"): Promise<readonly string[]> =>
  page
    .locator(`[data-chart="${chart}"] .node[data-lit]`)
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute("data-state") ?? ""));

/** Everything that the page has put into the storage that a script of its origin can read at once. */
export const storedTexts = (page: Page): Promise<string> =>
  page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
  );

/** How much wider the page is than its window, in px. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
