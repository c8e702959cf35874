import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, MINUTE, SECOND, HOUR, enter, sleep } from "../flow-world.js";

const sends = ["sendEmailCode", "sendPhoneCode", "resendPhoneCode"] as const;

describe("B6: verified elsewhere before an accepted send", () => {
  test("is noticed after the clock was set back", async () => {
    const world = await begin();
    sleep(world, -HOUR);
    await world.clock.advance(MINUTE);
    world.fake.service.verified.email = true;
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("is noticed when the send interrupts a confirm, however fresh the status is", async () => {
    const world = await begin({ policy: { cooldownMs: 0 } });
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, world.code("email"));
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("is noticed during an older read, which starts again with its own key", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("status", { hold: true });
    world.flow.refresh();
    await world.clock.settle();
    world.fake.service.verified.email = true;
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
    const keys = world.fake.calls
      .filter((call) => call.operation === "status")
      .map((call) => call.idempotencyKey);
    expect(new Set(keys).size).toBe(3);
  });

  test("is noticed by a read with all its repeats, however many the read before used", async () => {
    const world = await begin({ policy: { retry: { maxRetries: 1 } } });
    await world.clock.advance(MINUTE);
    world.fake.script("status", { fail: failure.unreachable }, { fail: failure.unreachable });
    world.flow.refresh();
    await world.clock.settle();
    world.fake.service.verified.email = true;
    world.flow.resend();
    await world.clock.advance(SECOND);
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("is noticed between two polls", async () => {
    const world = await begin({ policy: { pollMs: HOUR } });
    await world.clock.advance(MINUTE);
    world.fake.service.verified.email = true;
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("is noticed when a resend is refused", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.service.verified.email = true;
    world.fake.script("sendEmailCode", { fail: failure.contactRefused });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().step).toBe("phoneEntry");
  });
});

describe("B6: a send to a verified contact", () => {
  test("ends the step, when it was verified elsewhere before a resend", async () => {
    const { clock, fake, flow } = await begin();
    await clock.advance(MINUTE);
    fake.service.verified.email = true;
    flow.resend();
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(2);
    expect(flow.view()).toMatchObject({ step: "phoneEntry", evidence: { email: { by: "status" } } });
  });

  test("is not made when the contact is verified at the start", async () => {
    const { fake, flow } = await begin({ prepare: (fake) => (fake.service.verified.email = true) });
    expect(flow.view().step).toBe("phoneEntry");
    expect(fake.count(...sends)).toBe(0);
  });

  test("is not checked again for a first send right after the status", async () => {
    const { fake } = await begin();
    expect(fake.calls.map((call) => call.operation)).toEqual(["status", "sendEmailCode"]);
  });

  test("gives no evidence by a 204 (B5)", async () => {
    const { flow } = await begin();
    expect(flow.view()).toMatchObject({ step: "email", evidence: { email: null } });
  });
});
