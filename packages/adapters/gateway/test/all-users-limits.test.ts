import { forwardedFor, type Excess } from "@veristep/gateway";
import { describe, expect, test } from "vitest";
import { createWorld, endless, otherThan, PHONE, type World } from "./support/world.js";

/*
 * The limits over all users, beyond what known-failures.test.ts tests. A destination's, a prefix's, the budget
 * and the circuit breaker are there.
 */

const HOUR = 3_600_000;
const QUARTER = 900_000;

const number = (index: number): string => `+336123${String(45_000 + index).padStart(5, "0")}`;

const sendTimes = async (world: World, times: number, from = 0): Promise<number> => {
  let accepted = 0;
  for (let index = from; index < from + times; index += 1)
    if ((await world.post("/phone/send", { phone: number(index) }, world.addUser())).status === 200)
      accepted += 1;
  return accepted;
};

const alarms = ({ events }: World) =>
  events.flatMap((event) =>
    event.kind === "warning" || event.kind === "exceeded" ? [`${event.kind}: ${event.limit}`] : [],
  );

describe("a country", () => {
  test("gets no more than its usual traffic, whichever prefixes it is spread over, after a warning", async () => {
    const world = createWorld({ limits: { perCountry: { floor: 6, factor: 4 }, conversion: null } });
    const statuses: number[] = [];
    for (let prefix = 0; prefix < 8; prefix += 1)
      statuses.push(
        (await world.post("/phone/send", { phone: `+336${10 + prefix}345678` }, world.addUser())).status,
      );
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
    expect(alarms(world)).toEqual(["warning: country", "exceeded: country", "exceeded: country"]);
    expect(await world.post("/phone/send", { phone: "+359888123456" }, world.addUser())).toMatchObject({
      status: 200,
    });
    await world.clock.advance(QUARTER);
    expect(await world.post("/phone/send", { phone: "+33610345678" }, world.addUser())).toMatchObject({
      status: 200,
    });
  });

  test("that isn't on the list is refused before anything is counted", async () => {
    const world = createWorld({ limits: { perHour: 1 } });
    for (let times = 0; times < 5; times += 1)
      expect(await world.post("/phone/send", { phone: "+447700900123" })).toMatchObject({ status: 422 });
    expect(await world.post("/phone/send", { phone: PHONE })).toMatchObject({ status: 200 });
  });

  test("that isn't on the list gets nothing for a session's own number either", async () => {
    const phone = "+447700900123";
    const world = createWorld({}, {}, { phone });
    expect(await world.post("/phone/send", { phone })).toMatchObject({
      status: 422,
      body: { failure: { kind: "contactRefused", reason: "notAllowed" } },
    });
    expect(await world.post("/phone/resend")).toMatchObject({ status: 409 });
    expect(world.sent()).toBe(0);
  });
});

describe("codes from one client address", () => {
  const limits = { perAddress: { max: 3, windowMs: HOUR } };
  const from = (address: string) => ({ "x-forwarded-for": address });
  const clientAddress = forwardedFor({ trustedHops: 1 });

  test("are limited over all users when they are wrong", async () => {
    const world = createWorld({ limits, clientAddress });
    const guess = (address: string) =>
      world.post("/email/confirm", { code: "123456" }, world.addUser(), from(address));
    const statuses: number[] = [];
    for (let times = 0; times < 5; times += 1) statuses.push((await guess("203.0.113.9")).status);
    expect(statuses).toEqual([422, 422, 422, 429, 429]);
    expect(await guess("203.0.113.10")).toMatchObject({ status: 422 });
    await world.clock.advance(HOUR);
    expect(await guess("203.0.113.9")).toMatchObject({ status: 422 });
  });

  test("cost the address nothing when they are right", async () => {
    const world = createWorld({ limits: { ...limits, perPrefix: null }, clientAddress });
    for (let times = 0; times < 5; times += 1) {
      const session = world.addUser();
      await world.post("/email/send", {}, session, from(`198.51.100.${times}`));
      const code = world.sandbox.outbox().at(-1)?.code ?? "";
      expect(await world.post("/email/confirm", { code }, session, from("203.0.113.9"))).toMatchObject({
        status: 200,
      });
    }
  });

  test("that the limit refuses are no attempts of the user", async () => {
    const world = createWorld({ limits, clientAddress });
    await world.post("/email/send");
    const wrong = { code: otherThan(world.latestCode("email")) };
    for (let times = 0; times < 8; times += 1)
      await world.post("/email/confirm", wrong, undefined, from("203.0.113.9"));
    expect(
      await world.post(
        "/email/confirm",
        { code: world.latestCode("email") },
        undefined,
        from("203.0.113.10"),
      ),
    ).toMatchObject({ status: 200 });
  });
});

describe("the conversion rate", () => {
  const conversion = { minSends: 4, dropTo: 0.5, expected: 0.5 };

  /** Sends four codes in a quarter of an hour, and confirms some; then moves to the next quarter. */
  const quarter = async (world: World, confirmed: number) => {
    for (let index = 0; index < 4; index += 1) {
      const session = world.addUser();
      await world.post("/phone/send", { phone: number(index) }, session);
      const code = world.sandbox.outbox().at(-1)?.code ?? "";
      if (index < confirmed) await world.post("/phone/confirm", { code }, session);
    }
    await world.clock.advance(QUARTER);
  };

  test("trips nothing as long as users confirm their codes", async () => {
    const world = createWorld({ limits: { conversion } });
    await quarter(world, 2);
    expect(await sendTimes(world, 3, 50)).toBe(3);
    expect(alarms(world)).toEqual([]);
  });

  test("that falls warns before it trips the breaker", async () => {
    const world = createWorld({ limits: { conversion } });
    await quarter(world, 1);
    expect(await sendTimes(world, 1, 50)).toBe(1);
    expect(new Set(alarms(world))).toEqual(new Set(["warning: conversion"]));
    const measured = world.events.find(({ kind }) => kind === "warning");
    expect(measured).toMatchObject({ measured: 0.25, allowed: 0.25 });
  });

  test("trips the breaker until the end of the quarter of an hour, then is measured again", async () => {
    const world = createWorld({ limits: { conversion } });
    await quarter(world, 0);
    expect(await sendTimes(world, 3, 50)).toBe(0);
    expect(alarms(world)).toContain("exceeded: conversion");
    await world.clock.advance(QUARTER);
    expect(await sendTimes(world, 3, 60)).toBe(3);
  });
});

describe("whenExceeded", () => {
  const exceeding: ReadonlyArray<readonly [string, () => Promise<"allow" | "refuse">]> = [
    ["throws", () => Promise.reject(new Error("the pager is down"))],
    // As JavaScript may: anything.
    ["returns something else", async () => "yes" as "allow"],
  ];
  for (const [what, whenExceeded] of exceeding)
    test(`refuses the send when the callback ${what}`, async () => {
      const world = createWorld({ limits: { perHour: 1, whenExceeded } });
      expect(await sendTimes(world, 2)).toBe(1);
      expect(alarms(world)).toContain("exceeded: budget");
    });

  test("refuses the send when the callback takes longer than timeoutMs", async () => {
    const { work, begun } = endless();
    const world = createWorld({ limits: { perHour: 1, whenExceeded: work }, timeoutMs: 2_000 });
    const asked = sendTimes(world, 2);
    await begun;
    await world.clock.advance(2_000);
    expect(await asked).toBe(1);
    expect(alarms(world)).toContain("exceeded: budget");
  });

  test("is asked with the budget's excess, which names neither country nor prefix", async () => {
    const asked: Excess[] = [];
    const world = createWorld({
      limits: {
        perHour: 1,
        whenExceeded: (excess) => {
          asked.push(excess);
          return "refuse";
        },
      },
    });
    await sendTimes(world, 2);
    expect(asked).toEqual([{ limit: "budget", country: null, prefix: null, measured: 2, allowed: 1 }]);
  });
});
