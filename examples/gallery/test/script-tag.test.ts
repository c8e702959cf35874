import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { getRequestListener } from "@hono/node-server";
import { browserTest as test } from "@veristep/e2e";
import { createGateway } from "@veristep/gateway";
import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const EMAIL = "maria@example.com";

/** A page as someone writes it by hand: one script tag, one element, and nothing to build. */
const html = (language: string) => `<!doctype html>
<html lang="${language}">
  <meta charset="utf-8">
  <title>Verify</title>
  <link rel="icon" href="data:,">
  <script type="module" src="/verify-contact.js"></script>
  <verify-contact gateway="/verification"></verify-contact>
</html>`;

const asset = (name: string) =>
  readFileSync(new URL(`../../../packages/element/dist/script/${name}`, import.meta.url));

/** A page with this policy allows no script but its own, and no HTML but that of the element. */
const strictPolicy = "default-src 'self'; require-trusted-types-for 'script'; trusted-types veristep";

/** The merchant's server: the page, the script, and the gateway in front of the sandbox. */
async function startServer() {
  const service = await serveSandbox();
  const session = { email: EMAIL };
  const userId = service.sandbox.addUser({ email: EMAIL });
  const gateway = createGateway({
    api: createHttpApi({ baseUrl: service.url, getToken: () => service.sandbox.mintToken().token }),
    identify: () => ({ userId, email: session.email }),
    destinations: { countries: ["BG"] },
  });
  const listener = getRequestListener((request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.startsWith("/verification")) return gateway(request);
    return pathname === "/"
      ? new Response(html(searchParams.get("language") ?? "en"), {
          headers: { "content-type": "text/html", "content-security-policy": strictPolicy },
        })
      : new Response(new Uint8Array(asset(pathname.slice(1))), {
          headers: { "content-type": "text/javascript" },
        });
  });
  const server = createServer((incoming, outgoing) => {
    void listener(incoming, outgoing);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    sandbox: service.sandbox,
    session,
    code: (channel: "email" | "phone") => service.sandbox.latestCode(userId, channel) ?? "",
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await service.close();
    },
  };
}

test("a plain page with one script tag verifies both contacts against the sandbox", async ({ context }) => {
  const { url, sandbox, code, close } = await startServer();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(url);
  const verified = page.evaluate(
    () =>
      new Promise<unknown>((resolve) => {
        document.addEventListener("verified", (event) => {
          resolve(event instanceof CustomEvent ? event.detail : null);
        });
      }),
  );
  await page.getByText("We sent a 6-digit code").first().waitFor();
  await page.getByLabel("Code").fill(code("email"));
  await page.getByLabel("Phone number").fill("+359 888 123 456");
  await page.keyboard.press("Enter");
  await page.getByText("We sent a 6-digit code to +359 88 812 3456.").first().waitFor();
  await page.getByLabel("Code").fill(code("phone"));
  expect(await verified).toMatchObject({ email: { by: "code" }, phone: { by: "code" } });
  await page.getByRole("heading", { name: "You're verified" }).waitFor();
  expect(sandbox.users()).toMatchObject([{ isEmailVerified: true, isPhoneVerified: true }]);
  expect(problems).toEqual([]);
  await close();
});

test.for([
  ["bg", "Потвърдете имейла си"],
  ["ro-RO", "Confirmați adresa de e-mail"],
  ["fr", "Verify your e-mail"],
] as const)("a page in %s has the title %s", async ([language, title], { context }) => {
  const { url, close } = await startServer();
  const page = await context.newPage();
  await page.goto(`${url}?language=${language}`);
  await page.getByRole("heading", { name: title }).waitFor();
  await close();
});

/** The part that has the focus inside the element. */
const focused = (page: Page) =>
  page
    .locator("verify-contact")
    .evaluate((element) => element.shadowRoot?.activeElement?.getAttribute("part") ?? null);

test("the keyboard alone is enough, and the focus follows the steps (B61)", async ({ context }) => {
  const { url, code, close } = await startServer();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByText("We sent a 6-digit code").first().waitFor();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("input");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("button primary");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("button resend");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.type(code("email"));
  await page.getByRole("heading", { name: "Your phone number" }).waitFor();
  expect(await focused(page)).toBe("input");
  await page.keyboard.type("+359 888 123 456");
  await page.keyboard.press("Enter");
  await page.getByText("We sent a 6-digit code to +359 88 812 3456.").first().waitFor();
  expect(await focused(page)).toBe("input");
  await page.keyboard.type(code("phone"));
  await page.getByRole("heading", { name: "You're verified" }).waitFor();
  expect(await focused(page)).toBe("title");
  await close();
});

test("moved in the page, the element keeps its flow, the typed digits and the focus (B31, B61)", async ({
  context,
}) => {
  const { url, sandbox, code, close } = await startServer();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByText("We sent a 6-digit code").first().waitFor();
  await page.getByLabel("Code").fill(code("email").slice(0, 3));
  await page.evaluate(() => {
    const place = document.createElement("main");
    document.body.append(place);
    const element = document.querySelector("verify-contact");
    if (element !== null) place.append(element);
  });
  expect(await page.getByLabel("Code").inputValue()).toBe(code("email").slice(0, 3));
  expect(await focused(page)).toBe("input");
  await page.getByLabel("Code").fill(code("email"));
  await page.getByRole("heading", { name: "Your phone number" }).waitFor();
  expect(sandbox.outbox()).toHaveLength(1);
  await close();
});

test("a flow that has failed is started over with the data of the session by then (B12)", async ({
  context,
}) => {
  const { url, session, close } = await startServer();
  session.email = "mariq@example.com";
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("heading", { name: "We couldn't verify you" }).waitFor();
  session.email = EMAIL;
  await page.getByRole("button", { name: "Start over" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("We sent a 6-digit code").first().waitFor();
  // The button is gone, and the focus with it if nothing had taken it.
  expect(await focused(page)).not.toBeNull();
  await close();
});

test("an API that comes while another one is being asked is the one that counts", async ({ context }) => {
  const { url, close } = await startServer();
  const page = await context.newPage();
  // The first gateway never answers.
  await page.route("**/slow/**", () => {});
  await page.goto(`${url}?slow`);
  const element = page.locator("verify-contact");
  await element.evaluate((one) => {
    one.setAttribute("gateway", "/slow/verification");
  });
  await element.evaluate((one) => {
    one.setAttribute("gateway", "/verification");
  });
  // The first flow may have been cut off while its code was being sent.
  await page.getByLabel("Code").waitFor();
  await close();
});
