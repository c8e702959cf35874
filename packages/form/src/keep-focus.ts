const hasBox = (element: Element): boolean => element.getClientRects().length > 0;

/** Taken out of the page, or hidden. Where nothing is laid out, as in jsdom, nothing has a box. */
const isGone = (element: Element): boolean =>
  !element.isConnected || (!hasBox(element) && hasBox(element.ownerDocument.body));

/** The node and those around it, out of shadow roots too. */
function pathOf(node: Node): readonly Node[] {
  const around = node instanceof ShadowRoot ? node.host : node.parentNode;
  return around === null ? [node] : [node, ...pathOf(around)];
}

/**
 * Keeps the focus in a screen whose elements come and go (B61). When the focused element is removed or hidden, a
 * browser moves the focus to the page, and screen readers and keyboards start at the top. This function moves it to
 * another element of the screen instead, and gives it back to an element that is only moved. It never takes the focus
 * from a visible element or from outside the screen.
 *
 * @param screen the element whose content changes, in the page or in a shadow root; null does nothing.
 * @param next selectors of the elements that get the focus, the best first, such as "input" and "h1". An element that
 * isn't focusable needs `tabindex="-1"`.
 * @returns a function that stops it.
 */
export function keepFocus(screen: Element | null, ...next: readonly string[]): () => void {
  if (screen === null) return () => {};
  const page = screen.ownerDocument;
  let holder: HTMLElement | null = null;

  /** The element that has the focus, also within the shadow root that the screen is in. */
  const focused = (): Element | null => {
    const root = screen.getRootNode();
    return (root instanceof ShadowRoot ? root : page).activeElement;
  };
  const moveOn = () => {
    for (const selector of next) {
      for (const element of screen.querySelectorAll<HTMLElement>(selector)) {
        element.focus();
        if (element === focused()) return;
      }
    }
  };
  const look = (records: readonly MutationRecord[]) => {
    const { activeElement, body } = page;
    const isNowhere = activeElement === null || activeElement === body || focused() === holder;
    const isLost = isNowhere && holder !== null && isGone(holder);
    if (isLost) moveOn();
    else if (isNowhere && holder !== null) {
      const path = pathOf(holder);
      const isMoved = records.some(({ removedNodes }) =>
        [...removedNodes].some((node) => path.includes(node)),
      );
      if (isMoved) holder.focus();
    }
    const now = focused();
    // Only such an element has had the focus.
    if (screen.contains(now)) holder = now as HTMLElement;
    else if (!isLost) holder = null;
  };
  const changes = new MutationObserver((records) => {
    observe();
    look(records);
  });
  const observe = () => {
    changes.disconnect();
    // The screen may be moved as a whole.
    for (const node of pathOf(screen)) changes.observe(node, { childList: true });
    changes.observe(screen, { subtree: true, childList: true, attributeFilter: ["hidden"] });
  };
  const lookNow = () => {
    look(changes.takeRecords());
  };
  // As some browsers report the loss, the element that is taken out is still there.
  const lookLater = () => {
    queueMicrotask(lookNow);
  };

  observe();
  screen.addEventListener("focusin", lookNow);
  screen.addEventListener("focusout", lookLater);
  lookNow();
  return () => {
    changes.disconnect();
    screen.removeEventListener("focusin", lookNow);
    screen.removeEventListener("focusout", lookLater);
  };
}
