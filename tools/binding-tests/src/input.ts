import { cdp, userEvent } from "vitest/browser";

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

/** Sends a command of the browser's own protocol: a script of the page can compose nothing. */
function send(method: string, params: object): Promise<unknown> {
  const session: unknown = cdp();
  // Playwright's provider gives a session, and the type of it.
  return (session as { send(method: string, params: object): Promise<unknown> }).send(method, params);
}

/** Composes a text where the focus is, a character at a time, as the input methods of a system do. Not yet its end. */
export async function compose(text: string): Promise<void> {
  for (let end = 1; end <= text.length; end += 1) {
    const composed = { text: text.slice(0, end), selectionStart: end, selectionEnd: end };
    await send("Input.imeSetComposition", composed);
  }
}

/** Ends a composition with its text. */
export const endComposition = (text: string): Promise<unknown> => send("Input.insertText", { text });
