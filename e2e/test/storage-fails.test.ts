import { eventually } from "@veristep/e2e";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import type { PageSetup } from "../page/setup.js";
import { finish } from "./support/person.js";
import { createTab } from "./support/tab.js";
import { PHONE, test } from "./support/world.js";

interface Failure {
  readonly name: string;
  readonly store: PageSetup["store"];
  /** Damages the storage as a browser or its user might. */
  readonly spoil: (page: Page) => Promise<unknown>;
  readonly failure: string;
}

const failures: readonly Failure[] = [
  {
    name: "localStorage that is forbidden",
    store: "localStorage",
    spoil: (page) =>
      page.addInitScript(() => {
        Object.defineProperty(window, "localStorage", {
          get: () => {
            throw new DOMException("Access is denied for this document.", "SecurityError");
          },
        });
      }),
    failure: "unavailable",
  },
  {
    name: "localStorage that is full",
    store: "localStorage",
    spoil: (page) =>
      page.addInitScript(() => {
        for (let length = 2 ** 22; length >= 1; length /= 2) {
          try {
            for (let count = 0; ; count += 1) localStorage.setItem(`${length}/${count}`, "x".repeat(length));
          } catch {
            // As much as this has no room any more.
          }
        }
      }),
    failure: "full",
  },
  {
    name: "sessionStorage that forgets how to write",
    store: "sessionStorage",
    spoil: (page) =>
      page.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
        };
      }),
    failure: "full",
  },
  {
    name: "no IndexedDB",
    store: "indexedDB",
    spoil: (page) =>
      page.addInitScript(() => {
        Object.defineProperty(window, "indexedDB", { value: undefined });
      }),
    failure: "unavailable",
  },
];

describe.concurrent("B36: the flow works in memory", () => {
  test.for(failures)("where there is $name", async ({ store, spoil, failure }, { world }) => {
    const tab = await world.open({ store }, spoil);
    await finish(world, tab);
    expect([world.sends(), world.confirms()]).toEqual([2, 2]);
    const seen = await tab.page.evaluate(() => window.storeFailures);
    expect(new Set(seen)).toEqual(new Set([failure]));
  });
});

test.concurrent("B36: a storage that never answers holds up the flow for a bounded time, and no longer", async ({
  world,
}) => {
  const tab = await world.open({ store: "indexedDB" }, (page) =>
    page.addInitScript(() => {
      // The object is there, and no event ever comes: https://bugs.webkit.org/show_bug.cgi?id=226547
      IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
    }),
  );
  /** A little at a time, so that an answer on its way is not late. */
  const whileTimePasses = async (expected: object) => {
    await eventually(async () => {
      await world.context.clock.fastForward(500);
      expect(await tab.view()).toMatchObject(expected);
    });
  };
  await whileTimePasses({ step: "email", awaiting: "code", activities: [], code: { sent: "yes" } });
  await tab.submitCode(world.code("email"));
  await whileTimePasses({ step: "phoneEntry", activities: [] });
  expect([world.sends(), world.confirms()]).toEqual([1, 1]);
});

test.concurrent("B33: a record that is damaged leads to a clean start, and is healed", async ({ world }) => {
  const tab = await world.open({}, (page) =>
    page.addInitScript((key) => {
      if (!("healed" in sessionStorage)) localStorage.setItem(key, '{"version":2,"userId":');
      sessionStorage.setItem("healed", "");
    }, `veristep/record/${world.userId}`),
  );
  await tab.asksForCode("email");
  expect(await tab.page.evaluate(() => window.storeFailures)).toContain("damaged");
  await tab.page.reload();
  await tab.asksForCode("email");
  expect(await tab.page.evaluate(() => window.storeFailures)).toEqual([]);
  expect(world.sends()).toBe(1);
});

describe.concurrent("B36: in a sandboxed frame, which has no storage, no locks and no origin", () => {
  test.for(["localStorage", "sessionStorage", "indexedDB"] as const)(
    "the whole flow works in memory instead of %s, typed at the screen (flow.md 16)",
    async (store, { world }) => {
      // The service answers pages of loopback origins only, and this one has none: in between stands a proxy.
      await world.context.route(
        (url) => url.origin === world.apiUrl,
        async (route) => {
          const response = await route.fetch({
            headers: { ...route.request().headers(), origin: world.origin },
          });
          const headers = { ...response.headers(), "access-control-allow-origin": "null" };
          await route.fulfill({ response, headers });
        },
      );
      const page = await world.context.newPage();
      await page.addInitScript(
        (setup) => {
          Object.assign(window, { setup });
        },
        { ...world.setup, store, deadAfterMs: 30_000 },
      );
      await page.goto(`${world.origin}/elsewhere.html`);
      await page.evaluate(() => {
        const frame = document.createElement("iframe");
        frame.setAttribute("sandbox", "allow-scripts allow-forms");
        frame.src = "/";
        document.body.append(frame);
      });
      const element = await page.waitForSelector("iframe");
      const frame = await element.contentFrame();
      if (frame === null) throw new Error("No frame");
      expect(await frame.evaluate(() => origin)).toBe("null");
      const tab = createTab(page, frame);
      await tab.asksForCode("email");
      await tab.submitCode(world.wrongCode("email"));
      await tab.sees({ failure: { kind: "codeRejected" }, activities: [] });
      await world.context.clock.fastForward(60_000);
      await tab.press("Send another code");
      await tab.sees({ code: { generation: 2 }, activities: [] });
      await tab.submitCode(world.code("email"));
      await tab.sees({ step: "phoneEntry" });
      await tab.submitPhone(PHONE);
      await tab.asksForCode("phone");
      await tab.submitCode(world.code("phone"));
      await tab.sees({ step: "verified", evidence: { email: { by: "code" }, phone: { by: "code" } } });
      expect([world.sends(), world.confirms()]).toEqual([3, 3]);
      expect(new Set(await frame.evaluate(() => window.storeFailures))).toEqual(new Set(["unavailable"]));
    },
  );
});
