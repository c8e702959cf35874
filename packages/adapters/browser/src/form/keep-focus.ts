/* Nothing here knows React: any framework can bind it. */

const hasBox = (element: Element): boolean => element.getClientRects().length > 0;

/** Taken out of the page, or hidden. Where nothing is laid out, as in jsdom, nothing has a box. */
const isGone = (element: Element): boolean =>
  !element.isConnected || (!hasBox(element) && hasBox(element.ownerDocument.body));

/**
 * Keeps the focus in a screen whose elements come and go (B61). A browser lets it fall to the page when the element
 * that has it is taken out or hidden: a screen reader then begins at the top, and a keyboard with it. So it goes on
 * to another element of the screen. It is taken neither from what is still there nor from anything outside.
 *
 * @param screen holds whatever comes and goes, in the page itself and not in a shadow root; null: there is nothing to
 * keep.
 * @param next selectors of what the focus goes on to, the best first, such as "input" and "h1". What has no focus by
 * itself needs `tabindex="-1"`.
 * @returns stops it.
 */
export function keepFocus(screen: Element | null, ...next: readonly string[]): () => void {
  if (screen === null) return () => {};
  const page = screen.ownerDocument;
  let holder: Element | null = null;

  const goOn = () => {
    for (const selector of next) {
      for (const element of screen.querySelectorAll<HTMLElement>(selector)) {
        element.focus();
        if (element === page.activeElement) return;
      }
    }
  };
  const look = () => {
    const { activeElement, body } = page;
    const isNowhere = activeElement === null || activeElement === body || activeElement === holder;
    const isLost = isNowhere && holder !== null && isGone(holder);
    if (isLost) goOn();
    if (screen.contains(page.activeElement)) holder = page.activeElement;
    else if (!isLost) holder = null;
  };
  // What takes the focus away by being taken out is still there as some browsers tell of it.
  const lookLater = () => {
    queueMicrotask(look);
  };

  const changes = new MutationObserver(look);
  changes.observe(screen, { subtree: true, childList: true, attributeFilter: ["hidden"] });
  screen.addEventListener("focusin", look);
  screen.addEventListener("focusout", lookLater);
  look();
  return () => {
    changes.disconnect();
    screen.removeEventListener("focusin", look);
    screen.removeEventListener("focusout", lookLater);
  };
}
