import type { BrowserContext, Page } from "playwright-core";
import type { SceneName } from "../src/scenes.js";

export interface Shown {
  readonly scene: SceneName;
  readonly language?: "en" | "bg" | "ro" | "rtl";
  readonly theme?: "light" | "dark";
  readonly width?: 320 | 480;
}

/** Opens the gallery at one state. */
export async function openScene(
  context: BrowserContext,
  url: string | undefined,
  { scene, language = "en", theme = "light", width = 480 }: Shown,
): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize({ width: width + 20, height: 640 });
  const query = new URLSearchParams({ scene, language, theme, width: String(width) });
  await page.goto(`${url ?? ""}/?${query.toString()}`);
  await page.locator("body[data-ready]").waitFor();
  return page;
}

/** The part of the element, inside its shadow root. */
export const part = (page: Page, name: string) => page.locator(`verify-contact [part~="${name}"]`);

/** Without the marks that keep numbers and addresses together, which a user doesn't see. */
const plain = (text: string) =>
  text
    .replaceAll(/[\u2066\u2069]/g, "")
    .replaceAll("\u00A0", " ")
    .trim();

/** The texts of the elements that a user sees, of those with these parts. */
export async function seen(page: Page, ...names: readonly string[]): Promise<readonly (string | null)[]> {
  return Promise.all(
    names.map(async (name) => {
      const found = part(page, name);
      return (await found.isVisible()) ? plain(await found.innerText()) : null;
    }),
  );
}

/** The buttons that are filled with the accent: the primary ones. */
export const primaryButtons = (page: Page): Promise<readonly string[]> =>
  page
    .locator("verify-contact")
    .evaluate((element) =>
      [...(element.shadowRoot?.querySelectorAll("button") ?? [])]
        .filter(
          (button) =>
            button.checkVisibility() && getComputedStyle(button).backgroundColor !== "rgba(0, 0, 0, 0)",
        )
        .map((button) => button.innerText.trim()),
    );

/** Returns the states that are wider than their cells, and by how much. It runs in the page. */
export const widerThanTheirCells = (): readonly string[] =>
  [...document.querySelectorAll("figure")].flatMap((cell) => {
    const wider = cell.scrollWidth - cell.clientWidth;
    return wider > 0 ? [`${cell.querySelector("figcaption")?.textContent}: ${wider} px too wide`] : [];
  });
