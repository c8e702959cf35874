import { createServer } from "node:net";
import { eventually } from "@veristep/e2e";
import { chromium } from "@veristep/e2e/setup";
import { chromium as playwright, type CDPSession, type Page } from "playwright-core";
import { describe, expect } from "vitest";
import { createTab, type Tab } from "./support/tab.js";
import { test as base, type World } from "./support/world.js";

/*
 * Playwright makes its pages look visible and focused for good. These are the pages of a browser that it only
 * watches, so they are hidden and frozen for real.
 */

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        // A server on TCP has an address of this shape while it listens.
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new TypeError("Not a TCP server"));
      });
    });
  });

interface WatchedTab extends Tab {
  readonly devTools: CDPSession;
}

const test = base.extend<{ readonly openWatched: (setup?: Partial<World["setup"]>) => Promise<WatchedTab> }>({
  openWatched: async ({ world }, use) => {
    const { args, ...options } = await chromium();
    const port = await freePort();
    const owner = await playwright.launch({ ...options, args: [...args, `--remote-debugging-port=${port}`] });
    const watching = await playwright.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
    const [context] = watching.contexts();
    if (context === undefined) throw new Error("The browser has no context of its own");
    context.setDefaultTimeout(30_000);
    await use(async (changes = {}) => {
      const page = await context.newPage();
      await page.addInitScript(
        (setup) => {
          Object.assign(window, { setup, lifecycle: [] });
        },
        { ...world.setup, ...changes },
      );
      await page.goto(world.origin);
      return { ...createTab(page), devTools: await context.newCDPSession(page) };
    });
    await watching.close();
    await owner.close();
  },
});

const isHidden = (page: Page) => page.evaluate(() => document.visibilityState === "hidden");

/** The computer sleeps, or the browser has put the tab aside: no timer fires, no event arrives. */
const freeze = async ({ page, devTools }: WatchedTab) => {
  await devTools.send("Page.setWebLifecycleState", { state: "frozen" });
  await eventually(async () => {
    expect(await isHidden(page)).toBe(true);
  });
};

/** The user looks at the tab again. */
const wake = async ({ page, devTools }: WatchedTab) => {
  await devTools.send("Page.setWebLifecycleState", { state: "active" });
  // The one way to make a page visible in a browser without a window.
  await devTools.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  await eventually(async () => {
    expect(await isHidden(page)).toBe(false);
  });
};

describe("a tab that was frozen", () => {
  test("B18: notices on waking up what was verified elsewhere", async ({ world, openWatched }) => {
    const tab = await openWatched();
    await tab.asksForCode("email");
    await freeze(tab);
    world.sandbox.verifyElsewhere(world.userId, "email");
    const reads = world.sandbox.record.requests.status;
    await wake(tab);
    await tab.sees({ step: "phoneEntry", evidence: { email: { by: "status" } } });
    expect(world.sandbox.record.requests.status).toBe(reads + 1);
    expect([world.sends(), world.confirms()]).toEqual([1, 0]);
  });

  test("B37: hears on waking up what another tab did, and sends nothing", async ({ world, openWatched }) => {
    const asleep = await openWatched({ policy: { cooldownMs: 0 } });
    await asleep.asksForCode("email");
    const other = await openWatched({ policy: { cooldownMs: 0 } });
    await other.asksForCode("email");
    await freeze(asleep);
    await other.press("Send another code");
    await other.sees({ activities: [], code: { generation: 2 } });
    await wake(asleep);
    await asleep.sees({ announcement: "codeReplaced", code: { generation: 2 } });
    expect(world.sends()).toBe(2);
  });

  test("B37: in the middle of a send, holds up the other tabs for a bounded time only", async ({
    world,
    openWatched,
  }) => {
    world.hold("sendEmailCode", "before");
    const asleep = await openWatched({ deadAfterMs: 300 });
    await asleep.sees({ activities: ["sending"] });
    await eventually(() => {
      expect(world.sends()).toBe(1);
    });
    await freeze(asleep);
    const other = await openWatched({ deadAfterMs: 300 });
    await other.sees({ step: "email", awaiting: "code", activities: [], code: { sent: "perhaps" } });
    expect(world.sends()).toBe(1);
    world.sandbox.verifyElsewhere(world.userId, "email");
    await other.command("refresh");
    await other.sees({ step: "phoneEntry" });
    await world.release();
    await wake(asleep);
    await asleep.sees({ step: "phoneEntry" });
    expect(world.sends()).toBe(1);
  });
});

test("B37: a tab that lost its turn while it was frozen adopts the stored record, and isn't sending", async ({
  world,
  openWatched,
}) => {
  const setup = { deadAfterMs: 300, policy: { cooldownMs: 0 } };
  const asleep = await openWatched(setup);
  await asleep.asksForCode("email");
  world.hold("sendEmailCode", "after");
  await asleep.press("Send another code");
  await asleep.sees({ activities: ["sending"] });
  await eventually(() => {
    expect(world.sandbox.record.sent).toBe(2);
  });
  await freeze(asleep);
  const other = await openWatched(setup);
  await other.sees({ awaiting: "code", activities: [], code: { generation: 2, sent: "perhaps" } });
  await other.press("Send another code");
  await other.sees({ activities: [], code: { generation: 3, sent: "yes" } });
  await world.release();
  await wake(asleep);
  await asleep.sees({ activities: [], code: { generation: 3, sent: "yes" } });
  expect(world.sends()).toBe(3);
});

test("B18: a tab that was hidden looks again when it is shown", async ({ world, openWatched }) => {
  const tab = await openWatched();
  await tab.asksForCode("email");
  await freeze(tab);
  await tab.devTools.send("Page.setWebLifecycleState", { state: "active" });
  world.sandbox.verifyElsewhere(world.userId, "email");
  await tab.devTools.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  await tab.sees({ step: "phoneEntry" });
});
