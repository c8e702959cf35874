import type { CDPSession } from "@vitest/browser-playwright";
import { cdp } from "vitest/browser";

/** The browser from outside: a script of the page can compose nothing. */
const browser = (): CDPSession => cdp();

/** Composes a text where the focus is, a character at a time, as the input methods of a system do. Not yet its end. */
export async function compose(text: string): Promise<void> {
  for (let end = 1; end <= text.length; end += 1) {
    const composed = { text: text.slice(0, end), selectionStart: end, selectionEnd: end };
    await browser().send("Input.imeSetComposition", composed);
  }
}
