import type { Clock } from "@veristep/core";
import { describe, expect, test } from "vitest";
import { crowd } from "../support/crowd.js";

describe("before a flow requests a new code, its source gets a moment to say what it has", () => {
  test("holds no place when the time of many flows is over at once (B43)", async () => {
    const here = crowd({
      people: 60,
      concurrency: 2,
      parkAfterMs: 1,
      resendAfterMs: 70_000,
      maxAutoResends: 0,
    });
    here.hold();
    here.begin();
    await here.pass(70_000);
    expect(here.sandbox.record.sent).toBe(60);
    expect(here.buckets()).toEqual({});
    await here.pass(4_000);
    expect(here.buckets()).toEqual({ noCode: 60 });
  });

  test("requests no new code for a flow whose code came while the process was suspended (B1)", async () => {
    const here = crowd({ people: 20, concurrency: 2, parkAfterMs: 1, resendAfterMs: 70_000, attended: true });
    here.hold();
    here.begin();
    await here.pass(5_000);
    here.clock.setTime(here.clock.now() + 300_000);
    // The time for all codes is over, before the source has had the time to see them.
    await here.pass(65_500);
    here.deliver();
    await here.pass(5_000);
    expect(here.buckets()).toEqual({ verified: 20 });
    expect(here.sandbox.record.sent).toBe(40);
  });

  test("uses a code that comes while its flow is resumed, and requests no new one (B1)", async () => {
    let tookUp = 0;
    const here = crowd({
      people: 3,
      resendAfterMs: 70_000,
      attended: true,
      wrap: (api) => ({
        ...api,
        status: async (call) => {
          const isTakenUp = here.sandbox.record.sent === 3;
          if (!isTakenUp) return api.status(call);
          tookUp += 1;
          await new Promise<void>((resolve) => {
            here.clock.schedule(resolve, 5_000);
          });
          return api.status(call);
        },
      }),
    });
    here.hold();
    here.begin();
    await here.pass(72_000);
    expect(tookUp).toBe(3);
    here.deliver();
    await here.pass(20_000);
    expect(here.buckets()).toEqual({ verified: 3 });
    expect(here.sandbox.record.sent).toBe(6);
  });

  test("ends after the usual number of requests when each timer is late (B16)", async () => {
    const here = crowd({ people: 3, maxAutoResends: 2 });
    const late: Clock = {
      now: () => here.clock.now(),
      schedule: (wake, delayMs) => here.clock.schedule(wake, delayMs + 2_000),
    };
    here.hold();
    here.begin(undefined, { clock: late });
    await here.pass(600_000);
    expect(here.buckets()).toEqual({ noCode: 3 });
    expect(here.sandbox.record.sent).toBe(9);
  });
});
