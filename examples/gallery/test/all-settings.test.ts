import { axeFindings, browserTest as test } from "@veristep/e2e";
import { expect } from "vitest";
import { sceneNames } from "../src/scenes.js";
import { widerThanTheirCells } from "./support.js";

/*
 * All states in all languages, themes and widths: `npm run gallery -- --check`. A page shows all states in one
 * language and theme, at both widths. `npm test` looks at the first of these pages.
 */
const isWanted = process.env["VERISTEP_PICTURES"] === "all";

const settings = (["en", "bg", "ro", "rtl"] as const).flatMap((language) =>
  (["light", "dark"] as const).map((theme) => ({ language, theme })),
);

test.for(isWanted ? settings : settings.slice(0, 1))(
  "in $language and $theme, axe finds nothing in any state, and nothing is wider than its place",
  async ({ language, theme }, { context, pages }) => {
    const page = await context.newPage();
    await page.setViewportSize({ width: 1_280, height: 800 });
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(`${pages["gallery"] ?? ""}/?language=${language}&theme=${theme}`);
    await page.locator("body[data-ready]").waitFor();
    expect(await page.locator("verify-contact[screen]").count()).toBe(2 * sceneNames.length);
    const found = { axe: await axeFindings(page), wider: await page.evaluate(widerThanTheirCells) };
    expect(found).toEqual({ axe: [], wider: [] });
  },
);
