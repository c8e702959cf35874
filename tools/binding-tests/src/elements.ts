import { failure } from "@veristep/core/testing";
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Binding } from "./binding.js";
import { compose, endComposition, paste } from "./input.js";
import { openScreen } from "./world.js";

const spaced = (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`;

/** A screen on which the first code has been sent. */
async function atCode(binding: Binding, prepare?: Parameters<typeof openScreen>[1]) {
  const screen = openScreen(binding, prepare);
  await expect.element(screen.status).toHaveTextContent("We sent a 6-digit code");
  return {
    ...screen,
    emailCode: () => screen.fake.service.codes.email ?? "",
    confirms: () =>
      screen.fake.calls.flatMap(({ operation, argument }) =>
        operation === "confirmEmail" ? [argument] : [],
      ),
  };
}

/** Everything that the live region says from now on. */
function listen(status: Element): () => readonly string[] {
  const said: string[] = [];
  const note = () => said.push(status.textContent);
  new MutationObserver(note).observe(status, { childList: true, characterData: true, subtree: true });
  return () => said;
}

/** Tests the attributes and handlers of the screen's elements. */
export function testElements(binding: Binding): void {
  test("verifies both contacts by keyboard alone, with the focus where the user types (B60, B61)", async () => {
    const { fake, status, code, phone, submit, place, operations, emailCode } = await atCode(binding);
    expect(document.activeElement).toBe(document.body);
    await userEvent.click(code);
    await userEvent.keyboard(emailCode());
    await expect.element(phone).toHaveFocus();
    await expect.element(status).toHaveTextContent("Enter your phone number");
    expect(phone.element()).toMatchObject({ type: "tel", autocomplete: "tel", inputMode: "tel", value: "" });
    await userEvent.keyboard("+359888123456{Enter}");
    await expect.element(code).toHaveFocus();
    await expect.element(status).toHaveTextContent("We sent a 6-digit code to +359 88 812 3456");
    await userEvent.keyboard(fake.service.codes.phone ?? "");
    await expect.element(status).toHaveTextContent("Your e-mail and phone number are verified.");
    await expect.element(submit).toHaveFocus();
    expect(place.querySelector("input")).toBeNull();
    expect(operations().filter((one) => one.startsWith("send"))).toEqual(["sendEmailCode", "sendPhoneCode"]);
  });

  test("gives the code one labelled text input for digits that a phone fills in (B60)", async () => {
    const { code, status, submit } = await atCode(binding);
    expect(code.element()).toMatchObject({
      type: "text",
      inputMode: "numeric",
      autocomplete: "one-time-code",
      readOnly: false,
      maxLength: -1,
      dir: "ltr",
    });
    await expect.element(code).toHaveAttribute("autocapitalize", "none");
    await expect.element(code).toHaveAttribute("aria-invalid", "false");
    await expect.element(code).toHaveAccessibleDescription(/^We sent a 6-digit code/);
    await expect.element(status).toHaveAttribute("aria-live", "polite");
    await expect.element(submit).toHaveAttribute("type", "submit");
    expect(code.element().closest("form")?.noValidate).toBe(true);
  });

  test("shows a refused code beside its digits, in place, until they change (B61, B10)", async () => {
    const { code, status, confirms } = await atCode(binding);
    await userEvent.click(code);
    await userEvent.keyboard("000000");
    await expect.element(status).toHaveTextContent("That code didn't work.");
    await expect.element(code).toHaveValue("000000");
    await expect.element(code).toHaveFocus();
    await expect.element(code).toBeInvalid();
    await expect.element(code).toHaveAccessibleDescription(/^We sent .+ That code didn't work/);
    await userEvent.keyboard("x");
    await expect.element(code).toHaveValue("000000");
    await expect.element(code).toBeInvalid();
    await userEvent.keyboard("{Backspace}");
    await expect.element(code).toBeValid();
    await expect.element(code).toHaveValue("00000");
    await userEvent.keyboard("0");
    await expect.element(status).toHaveTextContent("You've already tried that code.");
    expect(confirms()).toEqual(["000000"]);
  });

  test("submits with the last digit, once, and lets nothing be typed behind it (B3)", async () => {
    const { fake, code, submit, status, confirms, emailCode } = await atCode(binding);
    const digits = emailCode();
    fake.script("confirmEmail", { hold: true });
    await userEvent.click(code);
    await userEvent.keyboard(`12a3-{Backspace>3/}${digits}{Enter}`);
    await userEvent.click(submit, { force: true });
    await expect.element(submit).toHaveAttribute("aria-disabled", "true");
    await expect.element(status).toHaveTextContent("Checking your code…");
    await userEvent.click(code);
    await userEvent.keyboard("7");
    await expect.element(code).toHaveValue(digits);
    fake.release();
    await expect.element(status).toHaveTextContent("Enter your phone number");
    expect(confirms()).toEqual([digits]);
  });

  test("finds a pasted code behind a refused one, and keeps the caret where the user types (B60)", async () => {
    const { fake, code, status, confirms, emailCode } = await atCode(binding);
    fake.service.codes.email = "633925";
    await userEvent.click(code);
    await userEvent.keyboard("63925");
    const input = code.element();
    if (!(input instanceof HTMLInputElement)) throw new Error("The code has no input.");
    input.setSelectionRange(2, 2);
    fake.script("confirmEmail", { fail: failure.unauthorized });
    await userEvent.keyboard("4");
    await expect.element(code).toHaveValue("634925");
    expect([input.selectionStart, input.selectionEnd]).toEqual([3, 3]);
    await expect.element(status).toHaveTextContent("Your session has expired.");
    // That is about the session and not about the code.
    await expect.element(code).toBeValid();
    await paste(`Your code: ${spaced(emailCode())}`, code.element());
    await expect.element(status).toHaveTextContent("Enter your phone number");
    expect(confirms()).toEqual(["634925", "633925"]);
  });

  test("takes full-width digits when the input method is done with them (B60)", async () => {
    const { code, status, confirms, emailCode } = await atCode(binding);
    const digits = emailCode();
    await userEvent.click(code);
    const wide = digits.replaceAll(/\d/g, (digit) => "０１２３４５６７８９".charAt(Number(digit)));
    await compose(wide);
    await endComposition(wide);
    await expect.element(status).toHaveTextContent("Enter your phone number");
    expect(confirms()).toEqual([digits]);
  });

  test("counts down beside a resend that says when it is possible, and reads no second aloud (B61)", async () => {
    const { fake, clock, code, resend, status, place } = await atCode(binding);
    const seconds = () => place.querySelector("[aria-hidden]")?.textContent.replaceAll(/\D/g, "");
    const said = listen(status.element());
    await userEvent.click(code);
    await userEvent.keyboard("123");
    await expect.poll(seconds).toBe("60");
    await expect.element(resend).toHaveAccessibleName("Resend");
    await expect.element(resend).toHaveAttribute("aria-disabled", "true");
    // By force, as Playwright waits for a button to be enabled, which a user doesn't.
    await userEvent.click(resend, { force: true });
    await expect.element(status).toHaveTextContent("You can request a new code in");
    for (let left = 59; left >= 57; left -= 1) {
      await clock.advance(1_000);
      await expect.poll(seconds).toBe(String(left));
    }
    await clock.advance(57_000);
    await expect.element(resend).toHaveAttribute("aria-disabled", "false");
    await expect.poll(seconds).toBe("0");
    await userEvent.click(resend);
    await expect.element(status).toHaveTextContent("We sent a new code to");
    // A new code makes the typed digits useless (B9), and its cooldown begins.
    await expect.element(code).toHaveValue("");
    await expect.element(resend).toHaveFocus();
    await expect.poll(seconds).toBe("60");
    expect(fake.count("sendEmailCode")).toBe(2);
    // A framework may skip what lasts for a moment only.
    const lasting = said().filter((text) => !text.startsWith("Sending"));
    expect(lasting.map((text) => text.split(" ").slice(0, 3).join(" "))).toEqual([
      "You can request",
      "We sent a",
      "We sent a",
    ]);
  });

  test("makes the field read-only while the entry is locked, and leaves the focus in it (B8)", async () => {
    const { clock, code, status } = await atCode(binding, () => ({ policy: { maxAttempts: 1 } }));
    await userEvent.click(code);
    await userEvent.keyboard("000000");
    await expect.element(status).toHaveTextContent("Too many incorrect codes.");
    await expect.element(code).toHaveAttribute("readonly");
    await expect.element(code).toHaveFocus();
    await clock.advance(900_000);
    await expect.element(code).not.toHaveAttribute("readonly");
  });

  test("announces a refusal each time that it repeats (B61)", async () => {
    const { code, status } = await atCode(binding);
    await userEvent.click(code);
    await userEvent.keyboard("12");
    const said = listen(status.element());
    for (let press = 1; press <= 3; press += 1) {
      await userEvent.keyboard("{Enter}");
      await expect.poll(() => said().length).toBe(press);
    }
    expect(new Set(said().map((text) => text.trim()))).toEqual(new Set(["Enter all 6 digits."]));
  });

  test("asks for a refused number again, and keeps a number that is changed (B17, B29)", async () => {
    const loadPhoneParser = () =>
      Promise.resolve((input: string) => (/^0\d{9}$/.test(input) ? `+359${input.slice(1)}` : null));
    const { fake, clock, phone, code, change, status } = openScreen(binding, ({ fake }) => {
      fake.service.verified.email = true;
      return { loadPhoneParser };
    });
    await userEvent.click(phone);
    await userEvent.keyboard("12{Enter}");
    await expect.element(status).toHaveTextContent("Enter the number with the country code");
    await expect.element(phone).toBeInvalid();
    fake.script("sendPhoneCode", { fail: failure.contactRefused });
    await userEvent.keyboard("{Backspace>2/}0888123456{Enter}");
    await expect.element(status).toHaveTextContent("That address or number can't be used.");
    await expect.element(phone).toHaveValue("0888123456");
    await expect.element(phone).toBeInvalid();
    await userEvent.keyboard("{Backspace}7{Enter}");
    await expect.element(code).toHaveFocus();
    await userEvent.keyboard("12");
    await clock.advance(60_000);
    await userEvent.click(change);
    await expect.element(phone).toHaveValue("0888123457");
    await expect.element(phone).toHaveFocus();
    await userEvent.keyboard("{Backspace}8{Enter}");
    await expect.element(code).toHaveValue("");
    expect(fake.service.phone).toBe("+359888123458");
  });
}
