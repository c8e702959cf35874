import type { TestProject } from "vitest/node";
import { buildPage, servePage } from "./built-page.js";
import { chromium } from "./chromium.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The origin of each page of {@link browserSetup}, by its name. */
    pages: Readonly<Record<string, string>>;
  }
}

/**
 * What a vitest project of browser tests does once, before its first test: builds its pages, and serves them.
 * Tests get at them through `browserTest`.
 *
 * ```ts
 * // test/global-setup.ts, named in the project's `globalSetup`
 * export default browserSetup({ vanilla: fileURLToPath(new URL("..", import.meta.url)) });
 * ```
 *
 * @param pages the folder of each page, by a name of yours.
 */
export const browserSetup =
  (pages: Readonly<Record<string, string>>) =>
  async (project: TestProject): Promise<() => Promise<void>> => {
    const build = async () => {
      await Promise.all(Object.values(pages).map(buildPage));
    };
    // The first look for a browser may have to unpack one, which would take a test too long.
    await Promise.all([chromium(), build()]);
    const served = await Promise.all(
      Object.entries(pages).map(async ([name, root]) => ({ name, page: await servePage(root) })),
    );
    project.onTestsRerun(build);
    project.provide("pages", Object.fromEntries(served.map(({ name, page }) => [name, page.url])));
    return async () => {
      await Promise.all(served.map(({ page }) => page.close()));
    };
  };
