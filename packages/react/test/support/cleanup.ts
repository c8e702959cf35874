import { cleanup as cleanScreens } from "@veristep/binding-tests/cleanup";
import { afterEach } from "vitest";
import { cleanup } from "vitest-browser-react/pure";

// All files share one page, and `vitest-browser-react` cleans up by itself in the first of them only.
afterEach(async () => {
  cleanScreens();
  await cleanup();
});
