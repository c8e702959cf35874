import { describe, expect, test } from "vitest";
import { createVerification, type Clock } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { begin, EMAIL, SECOND, HOUR, enter, sleep } from "../flow-world.js";

describe("B14: timers", () => {
  test("are never longer than the platform allows", async () => {
    const simulated = createSimulatedClock();
    const delays: number[] = [];
    const clock: Clock = {
      now: () => simulated.now(),
      schedule: (wake, delayMs) => {
        delays.push(delayMs);
        return simulated.schedule(wake, delayMs);
      },
    };
    const days = 30 * 24 * HOUR;
    const fake = createFakeApi(EMAIL);
    const flow = createVerification({
      api: fake.api,
      user: { id: 7, email: EMAIL },
      clock,
      policy: { cooldownMs: 0, maxSendsPerWindow: 1, sendWindowMs: days },
    })._unsafeUnwrap();
    flow.start();
    await simulated.settle();
    await simulated.advance(days - 1);
    expect(flow.view().resend?.allowed).toBe(false);
    expect(simulated.pending).toBe(1);
    await simulated.advance(1);
    expect(flow.view().resend?.allowed).toBe(true);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2_147_483_647);
  });

  test("of a very long wait check the wall clock when they fire", async () => {
    const days = 30 * 24 * HOUR;
    const world = await begin({ policy: { cooldownMs: 0, maxSendsPerWindow: 1, sendWindowMs: days } });
    await world.clock.advance(0);
    sleep(world, days);
    await world.clock.advance(2_147_483_647);
    expect(world.flow.actor.getSnapshot().hasTag("canResend")).toBe(true);
  });

  test("end at their next check when the clock was set forward", async () => {
    const world = await begin();
    await world.clock.advance(30 * SECOND);
    sleep(world, 29_999);
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.actor.getSnapshot().hasTag("coolingDown")).toBe(true);
    sleep(world, 1);
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.actor.getSnapshot().hasTag("canResend")).toBe(true);
    // The code expires one day.
    expect(world.clock.pending).toBe(1);
  });

  test("are cancelled once an answer makes them needless", async () => {
    const world = await begin();
    await enter(world, world.code("email"));
    expect(world.flow.view().step).toBe("phoneEntry");
    expect(world.clock.pending).toBe(0);
    sleep(world, HOUR);
    expect(world.flow.refresh().isOk()).toBe(true);
  });
});
