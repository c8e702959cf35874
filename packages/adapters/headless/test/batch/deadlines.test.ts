import { createSimulatedClock } from "@veristep/core/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDeadlines } from "../../src/batch/deadlines.js";

const START = Date.UTC(2026, 0, 1, 10);

describe("very many deadlines", () => {
  test("B32: whatever is planned, changed and forgotten, each is kept, once, to the millisecond", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("set" as const), item: fc.nat(8), inMs: fc.nat(50) }),
      fc.record({ do: fc.constant("delete" as const), item: fc.nat(8) }),
      fc.record({ do: fc.constant("pass" as const), ms: fc.nat(20) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = createSimulatedClock(START);
        const woken: Array<readonly [number, number]> = [];
        const deadlines = createDeadlines(clock, (item) => woken.push([item, clock.now()]));
        const planned = new Map<number, number>();
        const due: Array<readonly [number, number]> = [];
        for (const next of [...steps, { do: "pass" as const, ms: 100 }]) {
          if (next.do === "set") {
            planned.set(next.item, clock.now() + next.inMs);
            deadlines.set(next.item, clock.now() + next.inMs);
          } else if (next.do === "delete") {
            planned.delete(next.item);
            deadlines.delete(next.item);
          } else {
            for (const [item, at] of planned) {
              if (at > clock.now() + next.ms) continue;
              due.push([item, at]);
              planned.delete(item);
            }
            await clock.advance(next.ms);
          }
        }
        const sorted = (list: ReadonlyArray<readonly [number, number]>) => list.map(String).sort();
        expect(sorted(woken)).toEqual(sorted(due));
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test("B7: a clock that is set back makes no wait longer; one that is set forward ends it at the next look", async () => {
    const clock = createSimulatedClock(START);
    const woken: number[] = [];
    const deadlines = createDeadlines(clock, (item) => woken.push(item));
    deadlines.set(1, START + 60_000);
    await clock.advance(20_000);
    deadlines.set(2, START + 120_000);
    clock.setTime(START - 3_600_000);
    deadlines.set(3, clock.now() + 10_000);
    await clock.advance(10_000);
    expect(woken).toEqual([3]);
    await clock.advance(30_000);
    expect(woken).toEqual([3, 1]);
    clock.setTime(clock.now() + 3_600_000);
    deadlines.set(4, clock.now() + 1);
    await clock.advance(1);
    expect(woken).toEqual([3, 1, 2, 4]);
  });

  test("those that were forgotten cost nothing: only what is planned is kept", async () => {
    const clock = createSimulatedClock(START);
    const woken: number[] = [];
    const deadlines = createDeadlines(clock, (item) => woken.push(item));
    for (let turn = 0; turn < 5_000; turn += 1) deadlines.set(turn % 3, START + 100_000 - turn);
    await clock.advance(100_000);
    expect(woken).toEqual([1, 0, 2]);
  });
});
