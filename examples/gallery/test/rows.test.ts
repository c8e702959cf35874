import { browserTest as test } from "@veristep/e2e";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { openScene, part, primaryButtons, seen, type Shown } from "./support.js";

/* Each row is a state and its correct screen. The pictures of these states are in `pictures.test.ts`. */

const SENT = "We sent a 6-digit code to m•••@example.com.";

const css = (page: Page, name: string, property: string): Promise<string> =>
  part(page, name).evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

describe("<verify-contact>", () => {
  const open =
    (context: Parameters<typeof openScene>[0], pages: Readonly<Record<string, string>>) => (shown: Shown) =>
      openScene(context, pages["gallery"], shown);

  test("row 1: a wrong code has its error at the field, with an icon and a word, and the instruction stays", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "wrongCode" });
    expect(await seen(page, "instruction", "error")).toEqual([
      SENT,
      "Error: That code didn't work. Check it, or request a new one.",
    ]);
    await part(page, "error").locator("svg").waitFor();
    const [field, error] = await Promise.all([
      part(page, "input").boundingBox(),
      part(page, "error").boundingBox(),
    ]);
    expect((error?.y ?? 0) - ((field?.y ?? 0) + (field?.height ?? 0))).toBeLessThan(16);
    expect(await part(page, "input").getAttribute("aria-invalid")).toBe("true");
  });

  test("row 2: a code of an older message is answered with the most recent one and its time", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "olderCode" });
    const [error] = await seen(page, "error");
    expect(error).toBe("Error: That code didn't work. Use the most recent one, sent at 10:28.");
  });

  test("row 3: when retries have run out, the one primary button changes its label", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "retriesExhausted" });
    expect(await primaryButtons(page)).toEqual(["Try again"]);
    await part(page, "input").fill("12345");
    expect(await primaryButtons(page)).toEqual(["Verify"]);
  });

  test("row 4: a lock has its own screen, with one countdown and the support slot", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "locked" });
    expect(await seen(page, "title", "countdown", "field", "banner", "primary")).toEqual([
      "Too many incorrect codes",
      "Try again in 15:00",
      null,
      null,
      null,
    ]);
    expect(
      await page
        .locator("verify-contact")
        .evaluate(
          (element) =>
            [...(element.shadowRoot?.querySelectorAll<HTMLElement>("*") ?? [])].filter(
              (one) => one.children.length === 0 && one.checkVisibility() && /\d:\d\d/.test(one.innerText),
            ).length,
        ),
    ).toBe(1);
    expect(await page.getByText("support@example.com").isVisible()).toBe(true);
  });

  test.for([
    ["blocked", "This account is closed or blocked. Contact support."],
    ["emailRefused", "We can't send to this e-mail address. Contact support."],
    ["unknownUser", "We couldn't find your account. Contact support."],
  ] as const)(
    "row 5: %s says what happened, and has the support slot",
    async ([scene, reason], { context, pages }) => {
      const page = await open(context, pages)({ scene });
      expect(await seen(page, "title", "instruction")).toEqual(["We couldn't verify you", reason]);
      expect(await page.getByText("support@example.com").isVisible()).toBe(true);
    },
  );

  test("row 6: the end says what was verified, and has a slot for what comes next", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "verified" });
    expect(await seen(page, "title", "instruction")).toEqual([
      "You're verified",
      "Your e-mail and phone number are verified.",
    ]);
    expect(await page.getByRole("link", { name: "Continue" }).isVisible()).toBe(true);
  });

  test("row 7: the number just typed is shown in full, and can be edited and gone back from", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "phoneSent" });
    expect(await seen(page, "instruction", "edit", "back")).toEqual([
      "We sent a 6-digit code to +359 88 812 3456.",
      "Edit number",
      null,
    ]);
    await part(page, "edit").click();
    expect(await seen(page, "title", "back")).toEqual(["Your phone number", "Back"]);
    expect(await part(page, "input").inputValue()).toBe("+359888123456");
    await part(page, "back").click();
    await page.getByText("Verify your phone").waitFor();
    expect(await page.evaluate(() => window.scene?.fake.count("sendPhoneCode"))).toBe(1);
  });

  test("row 8: an incomplete number is too short for its country", async ({ context, pages }) => {
    const page = await open(context, pages)({ scene: "numberTooShort" });
    expect(await seen(page, "error")).toEqual(["Error: That number is too short for +359. Check it."]);
  });

  test("row 9: between the steps, the verified e-mail is shown and announced", async ({ context, pages }) => {
    const page = await open(context, pages)({ scene: "phoneEntry" });
    expect(await seen(page, "done")).toEqual(["Your e-mail is verified."]);
    expect(await part(page, "status").textContent()).toBe(
      "Your e-mail is verified. Enter your phone number with the country code.",
    );
  });

  test("row 10: offline at load has a heading that fits", async ({ context, pages }) => {
    const page = await open(context, pages)({ scene: "offlineAtLoad" });
    const [title, banner] = await seen(page, "title", "banner");
    expect([title, banner?.startsWith("We couldn't connect.")]).toEqual(["Connection problem", true]);
    expect(await primaryButtons(page)).toEqual(["Try again"]);
  });

  test("row 11: retrying is one sentence with one time, and no primary button beside it", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "retrying" });
    const [banner, instruction] = await seen(page, "banner", "instruction");
    expect(banner?.replaceAll(/\s+/g, " ")).toMatch(/^Connection problem\. Retrying… \d:\d\d$/);
    expect(instruction ?? "").toBe("");
    expect(await primaryButtons(page)).toEqual([]);
  });

  test("row 12: forced colours keep the border of an error and the shape of the buttons", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "wrongCode" });
    await page.emulateMedia({ forcedColors: "active" });
    expect([
      await css(page, "input", "border-top-style"),
      await css(page, "input", "border-top-width"),
      await css(page, "primary", "border-top-width"),
    ]).toEqual(["double", "3px", "2px"]);
    expect(await css(page, "primary", "border-top-color")).not.toBe(
      await css(page, "screen", "background-color"),
    );
  });

  test("row 13: codes and numbers read from left to right in a page from right to left", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "wrongCode", language: "rtl" });
    const input = part(page, "input");
    expect([await input.getAttribute("dir"), await input.inputValue()]).toEqual(["ltr", "111111"]);
    expect(await css(page, "screen", "direction")).toBe("rtl");
    const number = await open(context, pages)({ scene: "phoneSent", language: "rtl" });
    expect(await part(number, "instruction").innerText()).toContain(
      "\u2066+359\u00A088\u00A0812\u00A03456\u2069",
    );
  });

  test("row 14: with reduced motion the indicator doesn't turn", async ({ context, pages }) => {
    const page = await open(context, pages)({ scene: "confirming" });
    const indicator = page.locator("verify-contact i");
    const animation = () => indicator.evaluate((element) => getComputedStyle(element).animationName);
    expect(await animation()).toBe("turn");
    await page.emulateMedia({ reducedMotion: "reduce" });
    expect(await animation()).toBe("none");
    expect(await indicator.isVisible()).toBe(true);
  });

  test("row 15: everything follows the browser's text size, and nothing is cut off at 320 px", async ({
    context,
    pages,
  }) => {
    const page = await open(context, pages)({ scene: "fewAttempts", width: 320 });
    const sizes = () =>
      Promise.all(["title", "input", "error", "primary"].map((name) => css(page, name, "font-size")));
    const before = await sizes();
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    expect(await sizes()).toEqual(before.map((size) => `${Number.parseFloat(size) * 2}px`));
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test("row 16: a short wait is relative, and no clock time has seconds", async ({ context, pages }) => {
    const page = await open(context, pages)({ scene: "locked" });
    expect(await part(page, "status").textContent()).toBe(
      "Too many incorrect codes. Try again in 15 minutes.",
    );
    const refused = await open(context, pages)({ scene: "resendTooEarly" });
    expect(await seen(refused, "banner")).toEqual(["You can request a new code in 60 seconds."]);
    for (const one of [page, refused])
      expect(await part(one, "screen").innerText()).not.toMatch(/\d\d:\d\d:\d\d/);
  });

  test("takes a colour from a variable of the page, whatever its name", async ({ context, pages }) => {
    const page = await open(context, pages)({ scene: "codeSent" });
    await page.addStyleTag({
      content: `:root { --accent: #063; --soft: #036 }
        verify-contact { --verify-accent: var(--accent); --verify-soft: var(--soft) }`,
    });
    expect([await css(page, "primary", "background-color"), await css(page, "instruction", "color")]).toEqual(
      ["rgb(0, 102, 51)", "rgb(0, 51, 102)"],
    );
  });
});
