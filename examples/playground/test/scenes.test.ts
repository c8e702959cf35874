import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { browserTest } from "@veristep/e2e";
import { expect, test } from "vitest";
import { accessibilityProblems } from "../../page/test/support/accessibility.js";
import { codeOf } from "../src/scenes/code.js";
import { sceneNames, type SceneName } from "../src/scenes/story.js";
import { openPlayground, overflow, showTab } from "./support.js";

/** What a viewer reads at the end of each scene: on the screen, and in the activity. */
const ends: Readonly<Record<SceneName, readonly [screen: RegExp, activity: string]>> = {
  "lost-response": [
    /Enter your phone number/,
    "The response was lost, so the status was read: already verified",
  ],
  "two-tabs": [/Enter your phone number/, "heard from another tab"],
  sleep: [/expired/, "The laptop wakes up"],
  "wrong-codes": [/Too many incorrect codes/, "The code field is locked"],
  "other-device": [/Enter your phone number/, "it happened elsewhere"],
  "blocked-posts": [/We sent a 6-digit code/, "The user signs in to the network"],
};

browserTest(
  "B2, B7, B8, B18, B22, B37: a link plays each scene to its end, and a phone has room for it",
  async ({ browser, pages }) => {
    const problems = await Promise.all(
      sceneNames.map(async (name) => {
        // A link is opened by someone who wasn't here before.
        const context = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 } });
        const tab = await openPlayground(context, `${pages["playground"]}#scene=${name}`);
        const { page } = tab;
        page.setDefaultTimeout(90_000);
        const [screen, activity] = ends[name];
        await page.locator(`[data-scene="${name}"][aria-pressed="true"]`).waitFor();
        await page.locator(".entries").getByText(activity).first().waitFor();
        await page.locator("verify-contact").getByText(screen).first().waitFor();
        await showTab(page, "view");
        const codes = await page
          .locator("[data-code]")
          .evaluateAll((all) => all.map((one) => one.getAttribute("data-code") ?? ""));
        const view = await page.locator("[data-panel=view] pre").innerText();
        const secrets = codes.filter((code) => view.includes(code) || page.url().includes(code));
        const found = [...tab.problems, ...secrets, ...(await accessibilityProblems(page))];
        const wider = await overflow(page);
        await context.close();
        return [name, ...found, ...(wider > 0 ? [`${wider} px too wide`] : [])];
      }),
    );
    expect(problems).toEqual(sceneNames.map((name) => [name]));
  },
);

/** The output of each scene's program, as its comments say. */
const printed: Readonly<Record<SceneName, string>> = {
  "lost-response": "status",
  "two-tabs": "1",
  sleep: "codeExpired",
  "wrong-codes": "lock",
  "other-device": "status",
  "blocked-posts": "protocol",
};

test.each(sceneNames)("the program of the scene %s tells the same story", async (name) => {
  const folder = fileURLToPath(new URL("../node_modules/.cache/scenes/", import.meta.url));
  await mkdir(folder, { recursive: true });
  const file = `${folder}${name}.mjs`;
  await writeFile(file, codeOf(name));
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 90_000 });
  expect(stdout.trim()).toBe(printed[name]);
});
