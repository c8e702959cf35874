import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, PHONE, SECOND, noRepeats } from "../flow-world.js";

test("B13: polling pauses for as long as the service asks, and then resumes (B18)", async () => {
  const world = await begin({ policy: { pollMs: 10 * SECOND } });
  world.fake.script("status", { fail: { ...failure.throttled, retryAfterMs: 2 * MINUTE } });
  await world.clock.advance(10 * SECOND);
  expect(world.fake.count("status")).toBe(2);
  await world.clock.advance(2 * MINUTE - 1);
  expect(world.fake.count("status")).toBe(2);
  await world.clock.advance(1);
  expect(world.fake.count("status")).toBe(3);
  await world.clock.advance(10 * SECOND);
  expect(world.fake.count("status")).toBe(4);
});

test("B13: polling keeps its interval when the service asks for a shorter wait", async () => {
  const world = await begin({ policy: { pollMs: 10 * SECOND, retry: noRepeats } });
  world.fake.script("status", { fail: { ...failure.throttled, retryAfterMs: SECOND } });
  await world.clock.advance(20 * SECOND - 1);
  expect(world.fake.count("status")).toBe(2);
  await world.clock.advance(1);
  expect(world.fake.count("status")).toBe(3);
});

test("B18: a flow for the phone alone notices at its start that the phone is verified", async () => {
  const { fake, flow } = await beginAtPhone({
    policy: { channels: ["phone"] },
    prepare: (fake) => (fake.service.verified.phone = true),
  });
  expect((await flow.result)._unsafeUnwrap()).toEqual({
    email: null,
    phone: { by: "status", contact: null },
  });
  expect(fake.calls).toHaveLength(1);
});

describe("B18: a refresh", () => {
  test("reads between two polls, and the next poll counts from it", async () => {
    const world = await begin({ policy: { pollMs: 10 * SECOND } });
    await world.clock.advance(5 * SECOND);
    world.flow.refresh();
    await world.clock.advance(9_999);
    expect(world.fake.count("status")).toBe(2);
    await world.clock.advance(1);
    expect(world.fake.count("status")).toBe(3);
  });

  test("is refused as busy during another read, and resumes a flow that waits for a retry", async () => {
    const world = await begin({ policy: { retry: noRepeats } });
    world.fake.script("status", { hold: true });
    expect(world.flow.refresh().isOk()).toBe(true);
    expect(world.flow.refresh()._unsafeUnwrapErr()).toEqual({ kind: "busy" });

    const stuck = await begin({
      policy: { retry: noRepeats },
      prepare: (fake) => fake.script("status", { fail: failure.unreachable }),
    });
    expect(stuck.flow.refresh().isOk()).toBe(true);
    await stuck.clock.settle();
    expect(stuck.flow.view().step).toBe("email");
  });

  test("and polling notice a number that is verified elsewhere while the user enters one", async () => {
    const world = await beginAtPhone({ policy: { pollMs: 10 * SECOND } });
    world.flow.changePhone();
    world.fake.service.verified.phone = true;
    await world.clock.advance(10 * SECOND);
    expect(world.flow.view().step).toBe("verified");
  });

  test("and polling notice a verified phone after the e-mail was verified by code", async () => {
    const world = await begin({ user: { phone: PHONE } });
    world.fake.service.verified.phone = true;
    world.fake.service.verified.email = true;
    world.flow.refresh();
    expect((await world.flow.result)._unsafeUnwrap()).toMatchObject({
      email: { by: "status" },
      phone: { by: "status", contact: null },
    });
    expect(world.fake.count("sendPhoneCode")).toBe(0);
  });
});

describe("B18: verified elsewhere", () => {
  test("is noticed on a refresh, in each step that asks for something", async () => {
    const email = await begin();
    email.fake.service.verified.email = true;
    email.flow.refresh();
    await email.clock.settle();
    expect(email.flow.view().step).toBe("phoneEntry");
    email.fake.service.verified.phone = true;
    email.flow.refresh();
    await email.clock.settle();
    expect(email.flow.view().step).toBe("verified");

    const phone = await beginAtPhone();
    phone.fake.service.verified.phone = true;
    phone.flow.refresh();
    await phone.clock.settle();
    expect(phone.flow.view().step).toBe("verified");
  });

  test("is noticed by polling, if the policy enables it", async () => {
    const { clock, fake, flow } = await begin({ policy: { pollMs: 5_000 } });
    await clock.advance(4_999);
    expect(fake.count("status")).toBe(1);
    await clock.advance(1);
    expect(fake.count("status")).toBe(2);
    fake.service.verified.email = true;
    await clock.advance(5_000);
    expect(flow.view().step).toBe("phoneEntry");
  });

  test("leaves everything else unchanged when a refresh fails, and reports the failure", async () => {
    const { clock, fake, flow } = await begin({ policy: { retry: { maxRetries: 0 } } });
    fake.script("status", { fail: failure.unreachable });
    flow.refresh();
    await clock.settle();
    expect(flow.view()).toMatchObject({
      step: "email",
      awaiting: "code",
      failure: { kind: "unreachable", about: "status" },
    });
    flow.refresh();
    await clock.settle();
    expect(flow.view().failure).toBeNull();
  });

  test("or blocked is noticed as well", async () => {
    const { clock, fake, flow } = await begin();
    fake.service.lifecycle = 400;
    flow.refresh();
    await clock.settle();
    expect(flow.view()).toMatchObject({
      step: "failed",
      failedBecause: { kind: "userState", lifecycle: 400 },
    });
  });

  test("B7: a refresh after a system sleep ends the waits that are over", async () => {
    const { clock, flow } = await begin();
    clock.setTime(clock.now() + MINUTE);
    expect(flow.actor.getSnapshot().hasTag("coolingDown")).toBe(true);
    flow.refresh();
    await clock.settle();
    expect(flow.actor.getSnapshot().hasTag("canResend")).toBe(true);
  });
});
