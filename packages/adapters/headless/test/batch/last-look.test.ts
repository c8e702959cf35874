import type { Clock } from "@veristep/core";
import { describe, expect, test } from "vitest";
import { crowd } from "../support/crowd.js";

describe("before another code is asked for, the source gets a moment to say what it has", () => {
  test("B43: flows whose time is over together hold no place meanwhile", async () => {
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

  test("B1: after the process stood still, nobody whose code came meanwhile gets another one", async () => {
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

  test("B1: a code that comes while its flow is taken up is used: nobody gets another one", async () => {
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

  test("B16: where each timer is late, a batch asks as often as anywhere, and comes to its end", async () => {
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
