import { userEvent } from "vitest/browser";

/** Puts a text onto the clipboard and pastes it where the caret of an input is, as a user does. */
export async function paste(text: string, into: HTMLElement | SVGElement): Promise<void> {
  const source = document.body.appendChild(document.createElement("textarea"));
  source.value = text;
  source.select();
  await userEvent.copy();
  source.remove();
  into.focus();
  await userEvent.paste();
}
