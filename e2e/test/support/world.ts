import type { Channel } from "@veristep/core";
import { createSimulatedClock } from "@veristep/core/testing";
import { browserTest } from "@veristep/e2e";
import { type FaultRule, type Sandbox } from "@veristep/sandbox";
import { serveSandbox } from "@veristep/sandbox/node";
import type { BrowserContext, Page } from "playwright-core";
import type { PageSetup } from "../../page/setup.js";
import { createTab, type Tab } from "./tab.js";

export const EMAIL = "wanda.canary@planted.example";
export const PHONE = "+359888765432";
export const OTHER_PHONE = "+359888111222";
export const MINUTE = 60_000;

type Operation = Exclude<FaultRule["operation"], "*">;

const sends: readonly Operation[] = ["sendEmailCode", "sendPhoneCode", "resendPhoneCode"];
const confirms: readonly Operation[] = ["confirmEmail", "confirmPhone"];

/** A user with a browser, and the service. */
export interface World {
  readonly context: BrowserContext;
  readonly sandbox: Sandbox;
  readonly apiUrl: string;
  /** The origin of the page. */
  readonly origin: string;
  readonly userId: number;
  /** The default setup of a tab. */
  readonly setup: PageSetup;
  /**
   * Opens the page in one more tab of this browser.
   *
   * @param prepare is called before anything of it is loaded.
   */
  open(setup?: Partial<PageSetup>, prepare?: (page: Page) => Promise<unknown>): Promise<Tab>;
  /** Crashes a tab, in which nothing is done any more, and opens another one like it. */
  crash(tab: Tab): Promise<Tab>;
  /** The newest code that was sent to the user. */
  code(channel: Channel): string;
  /** A code that was never sent; each number another one. */
  wrongCode(channel: Channel, number?: number): string;
  /** The next answer to this is kept until {@link release}: before or after the service has done it. */
  hold(operation: Operation, when: "before" | "after"): void;
  release(): Promise<void>;
  /** How many requests arrived that send, or confirm. */
  sends(): number;
  confirms(): number;
}

/** Vitest's `test`, each in its own world. */
export const test = browserTest.extend<{ readonly world: World }>({
  world: async ({ context, pages }, use) => {
    // The service's clock doesn't move by itself, so that a slow response takes as long as a test wants.
    const clock = createSimulatedClock();
    const server = await serveSandbox({ clock });
    const { sandbox } = server;
    const userId = sandbox.addUser({ email: EMAIL });
    const count = (operations: readonly Operation[]) =>
      operations.reduce((sum, operation) => sum + sandbox.record.requests[operation], 0);
    const origin = pages["flow"] ?? "";
    const code = (channel: Channel) => {
      const newest = sandbox.latestCode(userId, channel);
      if (newest === null) throw new Error(`No code was sent on the ${channel} channel`);
      return newest;
    };
    const setup: PageSetup = {
      apiUrl: server.url,
      token: "planted-access-token",
      user: { id: userId, email: EMAIL },
      policy: {},
      store: "localStorage",
      deadAfterMs: 30_000,
      wakesUp: true,
      engine: "default",
    };
    await context.clock.install();

    const setups = new Map<Page, Parameters<World["open"]>>();
    const open: World["open"] = async (...how) => {
      const [changes = {}, prepare = async () => {}] = how;
      const page = await context.newPage();
      setups.set(page, how);
      await prepare(page);
      await page.addInitScript(
        (setup) => {
          Object.assign(window, { setup });
        },
        { ...setup, ...changes },
      );
      await page.goto(origin);
      return createTab(page);
    };

    await use({
      context,
      sandbox,
      apiUrl: server.url,
      origin,
      userId,
      setup,
      open,
      crash: async ({ page }) => {
        await crash(page);
        await page.close();
        return open(...(setups.get(page) ?? []));
      },
      code,
      wrongCode: (channel, number = 1) =>
        String((Number(sandbox.latestCode(userId, channel) ?? 0) + number) % 1_000_000).padStart(6, "0"),
      hold: (operation, when) => {
        sandbox.addFault({ operation, fault: { kind: "delay", ms: 1_000, when } });
      },
      release: () => clock.advance(1_000),
      sends: () => count(sends),
      confirms: () => count(confirms),
    });
    await server.close();
  },
});

/** Ends the process of a page. Nothing of it is run any more, not even what a page does as it is left. */
export async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const devTools = await page.context().newCDPSession(page);
  // A crashed page doesn't answer.
  devTools.send("Page.crash").catch(() => {});
  await crashed;
}

/**
 * Lets the service do what the next request to this path asks for, and loses its answer. A reset by the server is
 * another thing: Chromium repeats a request by itself that met it on a connection which was used before.
 */
export async function loseNextAnswer({ context, apiUrl }: World, path: string): Promise<void> {
  await context.route(
    (url) => url.origin === apiUrl && url.pathname.endsWith(path),
    async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    },
    { times: 1 },
  );
}
