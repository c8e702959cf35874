import type { Binding } from "./binding.js";
import { testElements } from "./elements.js";
import { testLifecycle } from "./lifecycle.js";
import { describe } from "vitest";

/** Declares the tests that every binding passes, in a real browser. */
export function testBinding(binding: Binding): void {
  describe(`the binding to ${binding.name}`, () => {
    testLifecycle(binding);
    testElements(binding);
  });
}
