import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { atSpeed, createPacedClock, offsetClock, realTime } from "../src/time/paced-clock.js";

const start = Date.UTC(2026, 0, 1, 10);

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the playground's clock", () => {
  test("runs at the given speed, and fires timers by its own time", () => {
    const clock = createPacedClock(atSpeed(realTime(start), 10, start));
    const wake = vi.fn<() => void>();
    clock.schedule(wake, 60_000);
    vi.advanceTimersByTime(5_999);
    expect(clock.now()).toBe(start + 59_990);
    expect(wake).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(wake).toHaveBeenCalledOnce();
  });

  test("keeps what is left of a wait when its speed changes", () => {
    const pace = realTime(start);
    const clock = createPacedClock(pace);
    const wake = vi.fn<() => void>();
    clock.schedule(wake, 60_000);
    vi.advanceTimersByTime(30_000);
    clock.setPace(atSpeed(pace, 60, Date.now()));
    expect(clock.now()).toBe(start + 30_000);
    vi.advanceTimersByTime(499);
    expect(wake).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(wake).toHaveBeenCalledOnce();
    expect(clock.now()).toBe(start + 60_000);
  });

  test("never fires a cancelled timer, at any speed", () => {
    const clock = createPacedClock(realTime(start));
    const wake = vi.fn<() => void>();
    const cancel = clock.schedule(wake, 1_000);
    clock.setPace(atSpeed(realTime(start), 60, start));
    cancel();
    vi.advanceTimersByTime(60_000);
    expect(wake).not.toHaveBeenCalled();
  });

  test("B7: a device that is set wrong shows another time, and waits as long", () => {
    const clock = offsetClock(createPacedClock(realTime(start)), () => 3_600_000);
    const wake = vi.fn<() => void>();
    clock.schedule(wake, 1_000);
    expect(clock.now()).toBe(start + 3_600_000);
    vi.advanceTimersByTime(1_000);
    expect(wake).toHaveBeenCalledOnce();
  });
});
