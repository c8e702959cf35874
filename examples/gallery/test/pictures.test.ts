import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { axeFindings, browserTest as test } from "@veristep/e2e";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { scenes, type SceneName } from "../src/scenes.js";
import { openScene, type Shown } from "./support.js";

/*
 * Pictures of the states, compared with those in `pictures/`, which are of the packaged Chromium. After a change
 * that is intended, run `npm run gallery -- --update` and look at each.
 */

const isUpdate = process.env["VERISTEP_PICTURES"] === "update";

// The keys of a constant.
const names = Object.keys(scenes) as readonly SceneName[];

/** Every state once, in the settings that are hardest for it; and all settings of the state with most in it. */
const few: readonly Shown[] = [
  ...names.map((scene, index): Shown => ({
    scene,
    theme: index % 2 === 0 ? "light" : "dark",
    width: index % 3 === 0 ? 320 : 480,
  })),
  { scene: "wrongCode", language: "bg", width: 320 },
  { scene: "wrongCode", language: "rtl", theme: "dark" },
  { scene: "phoneSent", language: "rtl", width: 320 },
  { scene: "locked", language: "bg" },
  { scene: "verified", language: "bg", theme: "dark", width: 320 },
  { scene: "wrongCode", language: "ro", theme: "dark", width: 320 },
];

const titleOf = ({ scene, language = "en", theme = "light", width = 480 }: Shown): string =>
  [scene, language, theme, width].join("-");

/** Pixels that differ by more than a shade, counted in the page itself, so that no library is needed. */
const differences = (page: Page, one: Buffer, other: Buffer): Promise<number> =>
  page.evaluate(
    async (pictures) => {
      const [before, now] = await Promise.all(
        pictures.map(async (base64) => {
          const response = await fetch(`data:image/png;base64,${base64}`);
          const image = await createImageBitmap(await response.blob());
          const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
          context?.drawImage(image, 0, 0);
          return context?.getImageData(0, 0, image.width, image.height);
        }),
      );
      if (!before || before.width !== now?.width || before.height !== now.height) return Infinity;
      let count = 0;
      for (let at = 0; at < before.data.length; at += 4) {
        const distance = [0, 1, 2].map((channel) =>
          Math.abs((before.data[at + channel] ?? 0) - (now.data[at + channel] ?? 0)),
        );
        if (Math.max(...distance) > 32) count += 1;
      }
      return count;
    },
    [one.toString("base64"), other.toString("base64")],
  );

describe("the pictures of <verify-contact>", () => {
  test.for(few.map((shown) => [titleOf(shown), shown] as const))(
    "%s looks as it did, and axe finds nothing",
    async ([title, shown], { context, pages }) => {
      const page = await openScene(context, pages["gallery"], shown);
      await page.emulateMedia({ reducedMotion: "reduce" });
      expect(await axeFindings(page)).toEqual([]);
      const picture = await page.locator("figure").screenshot({ animations: "disabled" });
      const file = fileURLToPath(new URL(`pictures/${title}.png`, import.meta.url));
      if (isUpdate) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, picture);
      }
      expect(existsSync(file)).toBe(true);
      expect(await differences(page, readFileSync(file), picture)).toBeLessThan(20);
    },
  );
});
