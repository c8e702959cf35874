import { expect, it } from "vitest";
import { parkFlows } from "../src/measurements/memory.js";

// The measurement reads what a script of another package prints: without its figures it would only note that it has none.
it("reads the figures of the script that parks flows", async () => {
  const figures = await parkFlows(20);
  expect(figures?.seconds).toBeGreaterThan(0);
  expect(figures?.bytes).toBeGreaterThan(0);
  expect(figures?.megabytes).toBeGreaterThan(0);
});
