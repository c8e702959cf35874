import { systemClock } from "@veristep/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_767_261_600_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test("the system's clock gives the wall-clock time, and fires each timer once", () => {
  const wake = vi.fn<() => void>();
  const cancel = systemClock.schedule(wake, 1_000);
  expect(systemClock.now()).toBe(1_767_261_600_000);
  vi.advanceTimersByTime(999);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(wake).toHaveBeenCalledOnce();
  expect(systemClock.now()).toBe(1_767_261_610_999);
  cancel();
});

test("B14: a cancelled timer leaves nothing behind", () => {
  const wake = vi.fn<() => void>();
  const cancel = systemClock.schedule(wake, 1_000);
  cancel();
  cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(wake).not.toHaveBeenCalled();
});
