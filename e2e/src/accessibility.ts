import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe-core finds wrong with a page as it is now: the rule, and the elements that break it.
 *
 * @example expect(await axeFindings(page)).toEqual([]);
 */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document);
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
    );
  });
}

declare global {
  interface Window {
    readonly axe: { run(within: Document): Promise<AxeResults> };
    /** See {@link hearAnnouncements}. */
    announced?: string[];
  }
}

/**
 * Records what a screen reader reads out: each text of a live region, when it changes.
 *
 * @returns the texts so far in the page that is open now, the oldest first.
 */
export async function hearAnnouncements(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(() => {
    const announced: string[] = [];
    window.announced = announced;
    const live = '[role="status"], [role="alert"], [aria-live="polite"], [aria-live="assertive"]';
    new MutationObserver((changes) => {
      const regions = new Set<Element>();
      for (const { target } of changes) {
        const region = (target instanceof Element ? target : target.parentElement)?.closest(live);
        if (region) regions.add(region);
      }
      for (const region of regions) {
        const text = region.textContent.trim();
        if (text !== "") announced.push(text);
      }
    }).observe(document, { childList: true, characterData: true, subtree: true });
  });
  return () => page.evaluate(() => window.announced ?? []);
}
