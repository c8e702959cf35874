import { defaultPolicy } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { memoryCounters, type Counters } from "@veristep/gateway";
import { okAsync } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createWorld, endless, otherThan, type World } from "./support/world.js";

/*
 * The same as in shared-limits, without a real store, so that it runs on every machine.
 */

const { maxAttempts, cooldownMs } = defaultPolicy;

/** Shared counters that a test breaks. */
function breakable() {
  const working = memoryCounters(createSimulatedClock());
  const hanging = endless();
  let state: "up" | "refuses" | "hangs" = "up";
  const through = <T>(call: () => Promise<T>): Promise<T> =>
    state === "up"
      ? call()
      : state === "hangs"
        ? hanging.work()
        : Promise.reject(new Error("connect ECONNREFUSED redis://:password@10.0.0.1"));
  const counters: Counters = {
    add: (...call) => through(() => working.add(...call)),
    read: (...call) => through(() => working.read(...call)),
    set: (...call) => through(() => working.set(...call)),
    remove: (...call) => through(() => working.remove(...call)),
  };
  return {
    counters,
    /** A call hangs. */
    hangs: hanging.begun,
    be: (next: typeof state) => {
      state = next;
    },
  };
}

const changes = ({ events }: World) =>
  events.flatMap((event) => (event.kind === "counters" ? [event.state] : []));

const wrongCodes = async (world: World, times: number): Promise<number[]> => {
  const found: number[] = [];
  for (let tries = 0; tries < times; tries += 1) {
    const code = otherThan(world.latestCode("email"));
    found.push((await world.post("/email/confirm", { code })).status);
  }
  return found;
};

describe("while the shared counters are down", () => {
  test("nothing is sent, reads go through, and an event says so once", async () => {
    const { counters, be } = breakable();
    const world = createWorld({ limits: { counters } });
    be("refuses");
    for (const path of ["/email/send", "/phone/send", "/phone/resend"])
      expect(await world.post(path, { phone: "+33612345602" })).toMatchObject({
        status: 503,
        body: { failure: { kind: "unreachable", origin: "gateway" } },
      });
    expect(world.sent()).toBe(0);
    expect(await world.get("/status")).toMatchObject({ status: 200 });
    expect(await world.get("/")).toMatchObject({ status: 200 });
    expect(changes(world)).toEqual(["down"]);
    const sends = world.events.filter((event) => event.kind === "decision" && event.by === "counters");
    expect(sends).toHaveLength(3);
    expect(JSON.stringify(world.events)).not.toContain("password");
    be("up");
    expect(await world.post("/email/send")).toMatchObject({ status: 200 });
    expect(changes(world)).toEqual(["down", "up"]);
  });

  test("a store that hangs costs a request countersTimeoutMs, and no more", async () => {
    const { counters, be, hangs } = breakable();
    const world = createWorld({ limits: { counters, countersTimeoutMs: 1_000 } });
    be("hangs");
    const asked = world.post("/email/send");
    await hangs;
    await world.clock.advance(1_000);
    expect(await asked).toMatchObject({ status: 503 });
    expect(changes(world)).toEqual(["down"]);
  });

  test("this process limits codes alone, from the last count it saw (B8)", async () => {
    const { counters, be } = breakable();
    const world = createWorld({ limits: { counters } });
    await world.post("/email/send");
    expect(await wrongCodes(world, 2)).toEqual([422, 422]);
    be("refuses");
    expect(await wrongCodes(world, 5)).toEqual([422, 422, 422, 429, 429]);
  });

  test("a code that was sent before the store went down is reported as sent", async () => {
    const { counters, be } = breakable();
    const world = createWorld({
      policy: { unlockOnResend: true },
      limits: { counters },
      api: {
        ...createFakeApi().api,
        sendEmailCode: () => {
          be("refuses");
          return okAsync("accepted");
        },
      },
    });
    expect(await world.post("/email/send")).toMatchObject({ status: 200 });
  });

  test("the right code is confirmed", async () => {
    const { counters, be } = breakable();
    const world = createWorld({ limits: { counters } });
    await world.post("/email/send");
    be("refuses");
    expect(await world.post("/email/confirm", { code: world.latestCode("email") })).toMatchObject({
      status: 200,
    });
  });

  test("attempts are added to the shared count when it is back (B8)", async () => {
    const { counters, be } = breakable();
    const [one, other] = [createWorld({ limits: { counters } }), createWorld({ limits: { counters } })];
    for (const world of [one, other]) {
      await world.post("/email/send");
      await world.clock.advance(cooldownMs);
    }
    be("refuses");
    await wrongCodes(one, maxAttempts - 1);
    be("up");
    await wrongCodes(one, 1);
    expect(await wrongCodes(other, 1)).toEqual([429]);
  });
});
