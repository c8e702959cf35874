import { createSimulatedClock } from "@veristep/core/testing";
import { memoryCounters } from "@veristep/gateway";
import { describe, expect, test } from "vitest";
import { countersContract } from "./support/counters-contract.js";

describe("counters in memory", () => {
  const clock = createSimulatedClock();
  countersContract(() => ({ counters: memoryCounters(clock), pass: (ms) => clock.advance(ms) }));

  test("hold nothing, and no timer, half a minute after everything has expired", async () => {
    const clock = createSimulatedClock();
    const counters = memoryCounters(clock);
    for (let user = 0; user < 1_000; user += 1) await counters.add(`user-${user}`, 1, 60_000);
    expect(clock.pending).toBe(1);
    await clock.advance(90_000);
    expect(clock.pending).toBe(0);
  });
});
