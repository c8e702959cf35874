/*
 * Checks the built site: every link and its anchor, and in a browser the main pages (axe, width), the demo and the search.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, servePage } from "@veristep/e2e/setup";
import axe from "axe-core";
import { chromium as playwright } from "playwright-core";

const dist = join(import.meta.dirname, ".vitepress/dist");
const problems = [];

/** Reports links to pages and anchors that don't exist. */
function checkLinks() {
  const pages = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".html"),
  );
  const htmlOf = (page) => readFileSync(join(dist, page), "utf8");
  const anchors = new Map(
    pages.map((page) => [page, new Set([...htmlOf(page).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
  );
  for (const page of pages) {
    for (const [, href] of htmlOf(page).matchAll(/<a [^>]*href="([^"]+)"/g)) {
      const { origin, pathname, hash } = new URL(href, `http://site/${page}`);
      if (origin !== "http://site") continue;
      const path = decodeURI(pathname.slice(1));
      const target = [path, `${path}.html`, join(path, "index.html")].find((file) => anchors.has(file));
      const isFile = path !== "" && existsSync(join(dist, path));
      if (target === undefined && !isFile) problems.push(`${page}: ${href} leads nowhere.`);
      const id = decodeURIComponent(hash.slice(1));
      if (target !== undefined && id !== "" && !anchors.get(target).has(id))
        problems.push(`${page}: ${href} has no such heading.`);
    }
  }
  return pages.length;
}

const mainPages = ["/", "/start/react", "/guide/gateway", "/guide/troubleshooting", "/chart", "/behaviour"];
const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };

/** Reports what axe finds, and pages that are wider than the screen. */
async function checkPage(page, where) {
  const found = await page.evaluate(
    `${axe.source}; axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ": " + target.join(" "))))`,
  );
  problems.push(...found.map((one) => `${where}: ${one}`));
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (excess > 0) problems.push(`${where} is ${excess} px wider than the screen.`);
}

/** Verifies a user on the first page, after a response that is dropped. */
async function checkDemo(page) {
  const newestCode = async (messages) => {
    const codes = page.locator(".demo strong");
    await codes.nth(messages - 1).waitFor();
    return codes.first().innerText();
  };
  const type = async (label, text) => {
    await page.getByLabel(label, { exact: true }).fill(text);
    await page.getByRole("button", { name: "Continue" }).click();
  };
  const email = await newestCode(1);
  await page.getByRole("button", { name: /Drop the next response/ }).click();
  await type("Code", email);
  await type("Phone number", "+359888123456");
  await type("Code", await newestCode(2));
  await page.getByText("Your e-mail and phone number are verified.").waitFor();
}

async function checkSearch(page) {
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator(".VPLocalSearchBox input").fill("cooldown");
  await page.locator(".VPLocalSearchBox .results a").first().waitFor();
}

const count = checkLinks();
const site = await servePage(join(import.meta.dirname, ".vitepress"));
const browser = await playwright.launch(await chromium());
for (const viewport of [phone, desktop]) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport, colorScheme, locale: "en-GB" });
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(String(error)));
    for (const path of mainPages) {
      await page.goto(site.url + path, { waitUntil: "networkidle" });
      await checkPage(page, `${path} (${viewport.width} px, ${colorScheme})`);
    }
    if (viewport === desktop && colorScheme === "light") {
      await page.goto(`${site.url}/`, { waitUntil: "networkidle" });
      await checkDemo(page);
      await checkSearch(page);
    }
    await context.close();
  }
}
await browser.close();
await site.close();

console.log(problems.join("\n"));
console.log(`${count} pages, ${problems.length} problems.`);
if (problems.length > 0) process.exitCode = 1;
