import { expect, test } from "vitest";
import { createSimulatedClock } from "@veristep/core/testing";
test("the simulated clock wakes in order", async () => {
  const clock = createSimulatedClock(0);
  const seen: number[] = [];
  clock.schedule(() => seen.push(2), 20);
  clock.schedule(() => seen.push(1), 10);
  await clock.advance(30);
  expect(seen).toEqual([1, 2]);
  expect(clock.now()).toBe(30);
});
