import { createSimulatedClock } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { countersContract } from "../../../packages/adapters/gateway/test/support/counters-contract.js";
import { storedCounters, type CountsKeeper } from "../src/server/stored-counters.js";

function keeperInMemory(): CountsKeeper {
  let kept: Awaited<ReturnType<CountsKeeper["load"]>>;
  return {
    load: async () => kept,
    save: async (entries) => {
      kept = structuredClone(entries);
    },
  };
}

const clock = createSimulatedClock();
const counters = await storedCounters(keeperInMemory(), clock);

describe("the counts of the playground's gateway", () => {
  countersContract(() => ({ counters, pass: (ms) => clock.advance(ms) }));

  test("are the same after the server was restarted, and gone after the user starts over", async () => {
    const keeper = keeperInMemory();
    const before = await storedCounters(keeper, clock);
    await before.add("sends", 2, 60_000);
    await before.set("number", -359_888_123_456, 60_000);
    await before.add("removed", 1, 60_000);
    await before.remove("removed");
    await clock.advance(1_000);
    const after = await storedCounters(keeper, clock);
    expect(await after.read("sends")).toEqual({ value: 2, remainingMs: 59_000 });
    expect(await after.read("number")).toEqual({ value: -359_888_123_456, remainingMs: 59_000 });
    expect(await after.read("removed")).toBeNull();
    after.clear();
    expect(await (await storedCounters(keeper, clock)).read("sends")).toBeNull();
  });
});
