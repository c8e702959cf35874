import { afterEach } from "vitest";

// All tests share one page.
afterEach(() => {
  document.body.replaceChildren();
});
