import type { Counters } from "@veristep/gateway";
import { expect, test } from "vitest";

/** Counters under test, and time that passes for them. */
export interface CountersWorld {
  readonly counters: Counters;
  /** Lets this much time pass, in ms. */
  readonly pass: (ms: number) => Promise<void>;
}

/** Tests every implementation of `Counters`. Windows are whole seconds, which every store keeps exactly. */
export function countersContract(world: () => CountersWorld): void {
  let keys = 0;
  const newKey = () => `key-${(keys += 1)}-${Math.random()}`;

  test("counts in one step, however many add at once", async () => {
    const { counters } = world();
    const key = newKey();
    const counts = await Promise.all(Array.from({ length: 100 }, () => counters.add(key, 1, 60_000)));
    expect(counts.map(({ value }) => value).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    expect(await counters.read(key)).toMatchObject({ value: 100 });
  });

  test("forgets a count when its window is over, which adding doesn't prolong", async () => {
    const { counters, pass } = world();
    const key = newKey();
    expect(await counters.add(key, 1, 2_000)).toMatchObject({ value: 1 });
    await pass(1_200);
    const second = await counters.add(key, 1, 2_000);
    expect(second.value).toBe(2);
    expect(second.remainingMs).toBeLessThanOrEqual(800);
    expect(second.remainingMs).toBeGreaterThan(0);
    await pass(900);
    expect(await counters.read(key)).toBeNull();
    expect(await counters.add(key, 1, 2_000)).toMatchObject({ value: 1 });
  });

  test("gives back, replaces and removes", async () => {
    const { counters } = world();
    const key = newKey();
    await counters.add(key, 1, 60_000);
    expect(await counters.add(key, -1, 60_000)).toMatchObject({ value: 0 });
    await counters.set(key, 5, 60_000);
    expect(await counters.add(key, 1, 60_000)).toMatchObject({ value: 6 });
    await counters.remove(key);
    expect(await counters.read(key)).toBeNull();
  });

  test("keeps the digits of a phone number, and their negative", async () => {
    const { counters } = world();
    const key = newKey();
    for (const value of [999_999_999_999_999, -33_612_345_602]) {
      await counters.set(key, value, 60_000);
      expect((await counters.read(key))?.value).toBe(value);
    }
  });

  test("keeps a window of less than a second, and one of a month", async () => {
    const { counters, pass } = world();
    const [short, long] = [newKey(), newKey()];
    await counters.add(short, 1, 1);
    await counters.add(long, 1, 30 * 86_400_000);
    await pass(1_100);
    expect(await counters.read(short)).toBeNull();
    expect(await counters.read(long)).toMatchObject({ value: 1 });
  });
}
