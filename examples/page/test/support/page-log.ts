import type { Page } from "playwright-core";

/** Everything that a page announces to screen readers or writes to the console. */
export interface PageLog {
  /** Each text that was put into a live region, in order. */
  readonly announcements: () => Promise<readonly string[]>;
  /** Errors and warnings: a page that works has none. */
  readonly problems: readonly string[];
}

/** To be called before the page is opened. */
export async function logPage(page: Page): Promise<PageLog> {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const listen = (root: Document | ShadowRoot) => {
      new MutationObserver(() => {
        for (const region of root.querySelectorAll('[role="status"]')) {
          const text = region.textContent.trim();
          if (text !== "" && text !== said.at(-1)) said.push(text);
        }
      }).observe(root, { subtree: true, childList: true, characterData: true });
    };
    listen(document);
    // An observer doesn't see into a shadow root.
    // oxlint-disable-next-line typescript/unbound-method -- The proxy gets the element that it is called on.
    Element.prototype.attachShadow = new Proxy(Element.prototype.attachShadow, {
      apply: (attach, element, options: [ShadowRootInit]) => {
        const root = Reflect.apply(attach, element, options);
        listen(root);
        return root;
      },
    });
  });
  return {
    problems,
    announcements: () => page.evaluate((): readonly string[] => Reflect.get(window, "said")),
  };
}
