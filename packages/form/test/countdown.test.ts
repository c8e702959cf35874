import { createSimulatedClock } from "@veristep/core/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createCountdown } from "@veristep/form";

function counting(fromMs: number) {
  const clock = createSimulatedClock();
  const countdown = createCountdown(clock.now() + fromMs, clock);
  const ticks: number[] = [];
  const stop = countdown.subscribe(() => ticks.push(countdown.left()));
  return { clock, countdown, ticks, stop };
}

test("B7: a countdown changes on whole seconds of its deadline, tells each once, and stops at 0", async () => {
  const { clock, countdown, ticks } = counting(2_500);
  expect(countdown.left()).toBe(3);
  await clock.advance(499);
  expect(ticks).toEqual([]);
  await clock.advance(1);
  expect(ticks).toEqual([2]);
  await clock.advance(10_000);
  expect(ticks).toEqual([2, 1, 0]);
  expect(clock.pending).toBe(0);
});

test("B14: stopped, it leaves no timer; without a deadline it has none", async () => {
  const { clock, ticks, stop } = counting(5_000);
  stop();
  expect(clock.pending).toBe(0);
  await clock.advance(5_000);
  expect(ticks).toEqual([]);
  const nothing = createCountdown(null, clock);
  nothing.subscribe(() => {});
  expect([nothing.left(), clock.pending]).toEqual([0, 0]);
});

test("B7: a clock that is set back makes it neither grow nor last longer", async () => {
  const { clock, countdown, ticks } = counting(3_000);
  await clock.advance(1_000);
  clock.setTime(clock.now() - 3_600_000);
  expect(countdown.left()).toBe(2);
  await clock.advance(2_000);
  expect(ticks).toEqual([2, 1, 0]);
  expect(clock.pending).toBe(0);
});

test("B7: after a sleep, or with a clock that was set forward, it shows what is left", async () => {
  const { clock, ticks } = counting(60_000);
  clock.setTime(clock.now() + 40_000);
  await clock.advance(1_000);
  expect(ticks).toEqual([19]);
});

test("B7: whatever the clock does, it never grows, and ends within its length", async () => {
  const moves = fc.array(
    fc.record({
      jump: fc.integer({ min: -100_000, max: 5_000 }),
      elapse: fc.integer({ min: 0, max: 3_000 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 20_000 }), moves, async (length, moves) => {
      const { clock, countdown, ticks, stop } = counting(length);
      const shown = [countdown.left()];
      for (const { jump, elapse } of moves) {
        clock.setTime(clock.now() + jump);
        shown.push(countdown.left());
        await clock.advance(elapse);
        shown.push(countdown.left());
      }
      // A wait for a tick that was begun before the last jump may be cut short by it, or not.
      await clock.advance(length + 1_000);
      stop();
      expect(countdown.left()).toBe(0);
      for (const values of [shown, ticks]) expect(values).toEqual(values.toSorted((a, b) => b - a));
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 30 },
  );
});
