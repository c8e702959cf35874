import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe-core finds on the page: a line for each element that breaks a rule. What fades in is looked at when it is
 * there: halfway its contrast is too low.
 */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished),
    ),
  );
  // As a text: vitest rewrites what is imported, and the page knows nothing of that. By `evaluate`, as a page may
  // forbid scripts that are not its own.
  return page.evaluate<readonly string[]>(`${axe.source};
    axe.run(document).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)),
    )`);
}
