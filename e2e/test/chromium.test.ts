import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium as playwright } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromium } from "../src/chromium.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "veristep-chromium-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the browser that is found starts, shows a page, and leaves this process's environment alone", async () => {
  const before = { ...process.env };
  const browser = await playwright.launch(await chromium());
  const page = await browser.newPage();
  await page.setContent("<h1>Код</h1>");
  expect(await page.getByRole("heading").textContent()).toBe("Код");
  await browser.close();
  expect(process.env).toEqual(before);
});

test("CHROMIUM_PATH comes first, and must name a file", async () => {
  const chosen = join(folder, "a-browser");
  await expect(chromium({ env: { CHROMIUM_PATH: chosen } })).rejects.toThrow("CHROMIUM_PATH names no file");
  await writeFile(chosen, "");
  const { executablePath, env } = await chromium({ env: { CHROMIUM_PATH: chosen, LANG: "bg" } });
  expect({ executablePath, env }).toEqual({
    executablePath: chosen,
    env: { CHROMIUM_PATH: chosen, LANG: "bg" },
  });
});

test("where there is no browser, it says what can be done", async () => {
  const place = { env: {}, platform: "nowhere", arch: "none", cache: folder };
  // Playwright's own browser, if this machine has one, is found on any platform.
  const found = await chromium(place).catch((error: unknown) => String(error));
  expect(typeof found === "string" ? found : found.executablePath).toMatch(/CHROMIUM_PATH|ms-playwright/);
});
