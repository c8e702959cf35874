import { paste } from "@veristep/binding-tests/input";
import { english } from "@veristep/core";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import fixture from "../../core/test/fixtures/code-entry.json" with { type: "json" };
import { createWorld, Screen } from "./support/world.js";

async function atEmailCode() {
  const world = createWorld();
  const screen = await render(<Screen options={world.options} />);
  const field = screen.getByLabelText("Code");
  await expect.element(field).toBeVisible();
  await world.clock.settle();
  world.fake.service.codes.email = "633925";
  const input = field.element();
  if (!(input instanceof HTMLInputElement)) throw new Error("No input");
  return {
    ...world,
    screen,
    field,
    input,
    status: screen.getByRole("status"),
    confirms: () =>
      world.fake.calls.flatMap(({ operation, argument }) => (operation === "confirmEmail" ? [argument] : [])),
  };
}

test.each(fixture.pasted)("B60: pasted $text submits $submits", async ({ text, submits }) => {
  const { input, clock, confirms } = await atEmailCode();
  await paste(text, input);
  await clock.settle();
  expect(confirms()).toEqual(submits === null ? [] : [submits]);
});

test("B60: a code that is pasted behind two typed digits is the code", async () => {
  const { field, input, clock, confirms } = await atEmailCode();
  await userEvent.click(field);
  await userEvent.keyboard("63");
  await paste("633925", input);
  await clock.settle();
  expect(confirms()).toEqual(["633925"]);
});

test("B60: a code that is typed over the middle of a refused one replaces it", async () => {
  const { field, input, clock, confirms } = await atEmailCode();
  await userEvent.click(field);
  await userEvent.keyboard("999999");
  await clock.settle();
  input.setSelectionRange(2, 4);
  await userEvent.keyboard("633925");
  await clock.settle();
  expect(confirms()).toEqual(["999999", "633925"]);
});

test.each([
  ["63925", 2, "3", "633925", 3],
  ["639999", 2, "x", "639999", 2],
  ["639999", 2, "3", "633999", 3],
  ["6395", 2, " ", "6395", 2],
])("B60: the caret stays behind what is typed: in %s at %i, %s", async (before, at, key, after, caret) => {
  const { field, input, fake } = await atEmailCode();
  fake.script("confirmEmail", { hold: true });
  await userEvent.click(field);
  await userEvent.keyboard(before);
  input.setSelectionRange(at, at);
  await userEvent.keyboard(key);
  await expect.element(field).toHaveValue(after);
  expect([input.selectionStart, input.selectionEnd]).toEqual([caret, caret]);
});

test("B60: a password manager that fills in a code again and again without a key press submits one", async () => {
  const { field, input, clock, confirms } = await atEmailCode();
  await userEvent.click(field);
  for (const totp of ["111111", "222222", "333333", "444444", "555555"]) {
    // Past the setter of React, as what isn't React does it.
    Reflect.set(HTMLInputElement.prototype, "value", totp, input);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await clock.settle();
  }
  await expect.element(field).toHaveValue("555555");
  expect(confirms()).toEqual(["111111"]);
  await userEvent.keyboard("{Enter}");
  await clock.settle();
  expect(confirms()).toEqual(["111111", "555555"]);
});

test("B2, B60: a code that is corrected while the other is checked is submitted after the verdict, and not shown with it", async () => {
  const { fake, clock, field, status, confirms, screen } = await atEmailCode();
  fake.script("confirmEmail", { hold: true });
  await userEvent.click(field);
  await userEvent.keyboard("633926");
  await clock.settle();
  const said: string[] = [];
  const observer = new MutationObserver(() => said.push(status.element().textContent));
  observer.observe(status.element(), { childList: true, characterData: true, subtree: true });
  await userEvent.keyboard("{Backspace}5");
  await expect.element(field).toHaveValue("633925");
  expect(confirms()).toEqual(["633926"]);
  fake.release();
  await expect.element(screen.getByTestId("step")).toHaveTextContent("phoneEntry");
  expect(confirms()).toEqual(["633926", "633925"]);
  observer.disconnect();
  expect(said).not.toContain(english.messages.codeRejected);
});
