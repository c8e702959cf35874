import { cdp, userEvent, type Locator } from "vitest/browser";

/** Puts a text onto the clipboard and pastes it where the caret of an input is, as a user does. */
export async function paste(text: string, into: Locator): Promise<void> {
  const source = document.body.appendChild(document.createElement("textarea"));
  source.value = text;
  source.select();
  await userEvent.copy();
  source.remove();
  await userEvent.click(into);
  await userEvent.paste();
}

/** The used part of a session with the browser's own protocol, which Playwright has. */
interface Session {
  readonly send: (method: string, params: object) => Promise<unknown>;
}

/** Composes a text where the focus is, as the input methods of a system do: a script of the page can't. */
export async function compose(text: string): Promise<void> {
  const session: unknown = cdp();
  // Playwright's provider gives one, and the type of it.
  const { send } = bound(session as Session);
  for (let end = 1; end <= text.length; end += 1)
    await send("Input.imeSetComposition", {
      text: text.slice(0, end),
      selectionStart: end,
      selectionEnd: end,
    });
  await send("Input.insertText", { text });
}

const bound = (session: Session): Session => ({ send: (method, params) => session.send(method, params) });
