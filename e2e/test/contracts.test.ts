import { peersContract } from "@veristep/core/testing";
import { browserTest } from "@veristep/e2e";
import { expect } from "vitest";

browserTest.concurrent.for(["localStorage", "sessionStorage", "indexedDB", "memory"] as const)(
  "B30: in a browser, the store over %s keeps the contract of record stores",
  async (store, { context, pages }) => {
    const page = await context.newPage();
    await page.goto(`${pages["flow"]}/contracts.html`);
    expect(await page.evaluate((store) => window.runStoreContract(store), store)).toEqual([]);
  },
);

browserTest.concurrent.for([
  "Web Locks and BroadcastChannel",
  "keys in localStorage and its events",
] as const)(
  "B37: in a browser, two pages over %s keep the contract of peers",
  async (platform, { browser, pages }) => {
    // Each case has its own browser, and all run at once, because most of their time is waiting.
    const broken = await Promise.all(
      peersContract.map(async ({ name }) => {
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.goto(`${pages["flow"]}/contracts.html`);
        const run = page.evaluate(([platform, name]) => window.runPeersCase(platform, name), [
          platform,
          name,
        ] as const);
        const problem = await run.then(
          () => [],
          (error: unknown) => [`${name}: ${String(error)}`],
        );
        await context.close();
        return problem;
      }),
    );
    expect(broken.flat()).toEqual([]);
  },
);
