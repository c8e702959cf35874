import { keepFocus } from "@veristep/form";
import { createSimulatedClock } from "@veristep/core/testing";
import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";

const cleanUp: Array<() => void> = [];

afterEach(() => {
  for (const undo of cleanUp.splice(0)) undo();
});

/** A screen with a heading, a field and a button, beside another field. */
function openPage() {
  const page = document.body.appendChild(document.createElement("div"));
  page.innerHTML = `
    <section><h1 tabindex="-1">Title</h1><input id="field"><button id="pressed">Press</button></section>
    <input id="elsewhere">`;
  const [screen, title, field, button, elsewhere] = ["section", "h1", "#field", "button", "#elsewhere"].map(
    (selector) => page.querySelector<HTMLElement>(selector),
  );
  if (!screen || !title || !field || !button || !elsewhere) throw new Error("This page is not whole.");
  const stop = keepFocus(screen, "input", "h1");
  cleanUp.push(stop, () => {
    page.remove();
  });
  return { screen, title, field, button, elsewhere, stop };
}

/** Waits until every listener has run. */
const settle = () => createSimulatedClock().settle();

test.each([
  ["is taken out", (element: HTMLElement) => element.remove()],
  ["is hidden", (element: HTMLElement) => (element.hidden = true)],
  [
    "is hidden with what is around it",
    (element: HTMLElement) => {
      const around = document.createElement("div");
      element.replaceWith(around);
      around.append(element);
      element.focus();
      around.hidden = true;
    },
  ],
])(
  "B61: the focus moves to the field, or else to the title, when the focused element %s",
  async (_, leave) => {
    const { title, field, button } = openPage();
    button.focus();
    leave(button);
    await settle();
    expect(document.activeElement).toBe(field);
    leave(field);
    await settle();
    expect(document.activeElement).toBe(title);
  },
);

test.each([
  ["is moved within the screen", ({ screen, button }: ReturnType<typeof openPage>) => screen.prepend(button)],
  [
    "is moved with the screen",
    ({ screen }: ReturnType<typeof openPage>) => screen.parentElement?.append(screen),
  ],
  [
    "is moved with the page around the screen",
    ({ screen }: ReturnType<typeof openPage>) => document.body.prepend(screen.parentElement ?? screen),
  ],
])("B61: the focus stays with the focused element when it %s, each time", async (_, move) => {
  const opened = openPage();
  opened.button.focus();
  for (let time = 0; time < 2; time += 1) {
    move(opened);
    await settle();
    expect(document.activeElement).toBe(opened.button);
  }
  // Elsewhere it still moves on.
  opened.button.remove();
  await settle();
  expect(document.activeElement).toBe(opened.field);
});

test("B61: a user who has left a field is not brought back when it is moved", async () => {
  const { screen, field, elsewhere } = openPage();
  field.focus();
  field.blur();
  await settle();
  screen.prepend(field);
  await settle();
  expect(document.activeElement).toBe(document.body);
  field.focus();
  elsewhere.focus();
  screen.append(field);
  await settle();
  expect(document.activeElement).toBe(elsewhere);
});

test("B61: the focus moves to the element that replaces the focused one", async () => {
  const { screen, field } = openPage();
  field.focus();
  const successor = document.createElement("input");
  field.replaceWith(successor);
  await settle();
  expect(document.activeElement).toBe(successor);
  expect(screen.contains(successor)).toBe(true);
});

test("B61: the focus moves to the first element that can take it", async () => {
  const { field, button } = openPage();
  const [unseen, off] = [document.createElement("input"), document.createElement("input")];
  unseen.type = "hidden";
  off.disabled = true;
  field.before(unseen, off);
  button.focus();
  button.remove();
  await settle();
  expect(document.activeElement).toBe(field);
});

test("B61: where nothing is laid out, as in jsdom, what is still there keeps it", async () => {
  const { field, button } = openPage();
  // jsdom answers with an empty list, whatever is asked.
  const none = document.createElement("p").getClientRects();
  const noBoxes = vi.spyOn(Element.prototype, "getClientRects").mockReturnValue(none);
  cleanUp.push(() => {
    noBoxes.mockRestore();
  });
  button.focus();
  button.after(document.createElement("p"));
  await settle();
  expect(document.activeElement).toBe(button);
  button.remove();
  await settle();
  expect(document.activeElement).toBe(field);
});

test("B61: the focus waits until an element can take it", async () => {
  const { screen, button } = openPage();
  button.focus();
  screen.replaceChildren();
  await settle();
  expect(document.activeElement).toBe(document.body);
  const late = screen.appendChild(document.createElement("input"));
  await settle();
  expect(document.activeElement).toBe(late);
});

test("B61: it is taken from nowhere else: not from outside, not from what is still there", async () => {
  const { field, button, elsewhere } = openPage();
  button.focus();
  elsewhere.focus();
  button.remove();
  await settle();
  expect(document.activeElement).toBe(elsewhere);

  field.focus();
  field.after(document.createElement("button"));
  await settle();
  expect(document.activeElement).toBe(field);
});

test("B61: the focus stays with a user who has left the screen", async () => {
  const { button } = openPage();
  await userEvent.click(button);
  button.blur();
  await settle();
  button.remove();
  await settle();
  expect(document.activeElement).toBe(document.body);
});

test("once stopped, or where there is no screen, it does nothing", async () => {
  const { button, stop } = openPage();
  button.focus();
  stop();
  button.remove();
  await settle();
  expect(document.activeElement).toBe(document.body);
  keepFocus(null, "input")();
});
