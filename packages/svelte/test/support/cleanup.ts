import { cleanup } from "@veristep/binding-tests/cleanup";
import { afterEach } from "vitest";

// All files share one page.
afterEach(() => {
  cleanup();
  // In development Svelte replaces methods of arrays, which then warn of calls that the test runner makes.
  const restore: unknown = Reflect.get(Array, "__svelte_cleanup");
  if (typeof restore === "function") restore();
});
