import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { browserTest } from "@veristep/e2e";
import type { GatewayEvent } from "@veristep/gateway";
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect } from "vitest";
import { startShop, type RunningShop } from "../src/server/start-shop.js";

const EMAIL = "maria@example.com";
const PASSWORD = "correct horse";
const PHONE = "+359888123456";

interface World {
  readonly shop: RunningShop;
  readonly events: GatewayEvent[];
}

const test = browserTest.extend<{ readonly world: World }>({
  // Vitest reads from the pattern which fixtures this one needs: none.
  // oxlint-disable-next-line no-empty-pattern
  world: async ({}, use) => {
    const events: GatewayEvent[] = [];
    const shop = await startShop(0, (event) => events.push(event));
    await use({ shop, events });
    await shop.close();
  },
});

/** Everything that a page sends and receives, as text. */
function recordTraffic(context: BrowserContext) {
  const texts: Array<Promise<string>> = [];
  const urls: string[] = [];
  context.on("request", (request) => {
    urls.push(request.url());
    texts.push(
      request
        .allHeaders()
        .then((headers) => `${request.url()}${JSON.stringify(headers)}${request.postData() ?? ""}`)
        .catch(() => ""),
    );
  });
  context.on("response", (response) => {
    texts.push(
      Promise.all([response.allHeaders(), response.text()])
        .then(([headers, body]) => `${JSON.stringify(headers)}${body}`)
        .catch(() => ""),
    );
  });
  return { urls, all: async () => (await Promise.all(texts)).join("\n") };
}

async function signUp(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("E-mail").fill(EMAIL);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByLabel("Code").waitFor();
}

const newest = ({ sandbox }: RunningShop, channel: "email" | "phone"): string => {
  const [user] = sandbox.users();
  return sandbox.latestCode(user?.id ?? 0, channel) ?? "";
};

const sent = ({ sandbox }: RunningShop, channel: "email" | "phone"): number =>
  sandbox.outbox({ channel }).length;

async function verifyEmail(page: Page, shop: RunningShop): Promise<void> {
  await page.getByLabel("Code").fill(newest(shop, "email"));
  await page.getByLabel("Phone number").waitFor();
}

async function verifyPhone(page: Page, shop: RunningShop): Promise<void> {
  await page.getByLabel("Phone number").fill(PHONE);
  await page.getByRole("button", { name: "Send code" }).click();
  await page.getByLabel("Code").waitFor();
  await expect.poll(() => sent(shop, "phone")).toBe(1);
  await page.getByLabel("Code").fill(newest(shop, "phone"));
}

const welcome = (page: Page) => page.getByRole("heading", { name: "Welcome to the shop" }).waitFor();

describe("the shop", () => {
  test("verifies a new customer, and the page sees neither token nor secret nor user id", async ({
    context,
    world,
  }) => {
    const { shop } = world;
    const traffic = recordTraffic(context);
    const page = await context.newPage();
    await signUp(page, shop.url);
    // Registration mailed the code: the page sends no second one.
    expect(sent(shop, "email")).toBe(1);
    await verifyEmail(page, shop);
    await verifyPhone(page, shop);
    await welcome(page);
    expect(shop.sandbox.users()).toMatchObject([{ isEmailVerified: true, isPhoneVerified: true }]);

    const text = await traffic.all();
    // One token serves all calls of this flow.
    expect(shop.tokens.size).toBe(1);
    for (const secret of [...shop.tokens, shop.clientSecret, "Bearer "]) expect(text).not.toContain(secret);
    expect(text).toContain("/verification/email/confirm");
    // Each request goes to the shop, by paths that name no user.
    for (const url of traffic.urls) expect(url).toMatch(new RegExp(`^${shop.url}/`));
    for (const url of traffic.urls.filter((one) => one.includes("/verification")))
      expect(url).toMatch(/\/verification(\/|\/status|\/(email|phone)\/(send|confirm|resend))?$/);
  });

  test("refuses what a page of another site posts", async ({ context, world }) => {
    const { shop, events } = world;
    await signUp(await context.newPage(), shop.url);
    // SameSite keeps the cookie back; the gateway must not depend on that.
    const [cookie] = await context.cookies();
    if (cookie === undefined) throw new Error("no session");
    const target = `${shop.url}/verification/phone/send`;
    const other = createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        `<form method="post" enctype="text/plain" action="${target}"><input name='{"phone":"${PHONE}","x":"' value='"}'></form>`,
      );
    });
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve);
    });
    // A TCP server that listens has an address with a port.
    const { port } = other.address() as AddressInfo;
    await context.setExtraHTTPHeaders({ cookie: `${cookie.name}=${cookie.value}` });
    const page = await context.newPage();
    await page.goto(`http://localhost:${port}/`);
    const before = events.length;
    await page.evaluate(
      async ([url, phone]) => {
        const post = async (type: string) =>
          fetch(url ?? "", {
            method: "POST",
            mode: "no-cors",
            credentials: "include",
            headers: { "content-type": type },
            body: JSON.stringify({ phone }),
          }).catch(() => null);
        await post("text/plain");
        await post("application/json");
      },
      [target, PHONE],
    );
    await page.evaluate(() => document.querySelector("form")?.submit());
    await page.waitForURL(target);
    const decisions = events.slice(before).filter(({ kind }) => kind === "decision");
    expect(decisions.length).toBeGreaterThanOrEqual(2);
    expect(decisions.every((event) => event.kind === "decision" && event.by === "guard")).toBe(true);
    expect(sent(shop, "phone")).toBe(0);
    await new Promise((resolve) => other.close(resolve));
  });

  test("sends one code for two tabs, and shows in both what one has verified (B37)", async ({
    context,
    world,
  }) => {
    const { shop } = world;
    const [one, other] = [await context.newPage(), await context.newPage()];
    await signUp(one, shop.url);
    await other.goto(shop.url);
    await other.getByLabel("Code").waitFor();
    expect(sent(shop, "email")).toBe(1);
    await verifyEmail(one, shop);
    await other.getByLabel("Phone number").waitFor();
    await verifyPhone(other, shop);
    await Promise.all([welcome(one), welcome(other)]);
    expect([sent(shop, "email"), sent(shop, "phone")]).toEqual([1, 1]);
  });

  test("asks to sign in when the session expires midway, and continues afterwards", async ({
    context,
    world,
  }) => {
    const { shop } = world;
    const page = await context.newPage();
    await signUp(page, shop.url);
    await verifyEmail(page, shop);
    shop.sessions.endAll();
    await page.getByLabel("Phone number").fill(PHONE);
    await page.getByRole("button", { name: "Send code" }).click();
    await page.getByRole("heading", { name: "Sign in again" }).waitFor();
    expect(sent(shop, "phone")).toBe(0);
    await page.getByLabel("E-mail").fill(EMAIL);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Code").waitFor();
    await expect.poll(() => sent(shop, "phone")).toBe(1);
    await page.getByLabel("Code").fill(newest(shop, "phone"));
    await welcome(page);
  });
});
