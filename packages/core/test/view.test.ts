import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, PHONE, type World, noRepeats, enter } from "./flow-world.js";

const announced = ({ flow }: World) => flow.view().announcement;

describe("B61: the announcement", () => {
  test("follows the flow from the first read to the end", async () => {
    const world = await begin({
      user: { phone: undefined },
      prepare: (fake) => fake.script("status", { hold: true }),
    });
    expect(world.flow.view()).toMatchObject({
      step: "checking",
      awaiting: null,
      channel: null,
      destination: null,
      activities: ["checking"],
      code: null,
      resend: null,
      phoneEntry: null,
      announcement: "checking",
    });
    world.fake.script("sendEmailCode", { hold: true });
    world.fake.release();
    await world.clock.settle();
    expect(announced(world)).toBe("sending");
    expect(world.flow.view()).toMatchObject({
      channel: "email",
      destination: "p•••@example.com",
      activities: ["sending"],
      resend: { allowed: false, blockedBy: "busy", availableAt: null },
    });
    world.fake.release();
    await world.clock.settle();
    expect(announced(world)).toBe("codeSent");
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, world.code("email"));
    expect(announced(world)).toBe("confirming");
    expect(world.flow.view()).toMatchObject({ awaiting: null, code: { canSubmit: false } });
    world.fake.release();
    await world.clock.settle();
    expect(world.flow.view()).toMatchObject({
      step: "phoneEntry",
      channel: "phone",
      destination: null,
      code: null,
      resend: null,
      phoneEntry: { canSubmit: true, availableAt: null },
      announcement: "phoneWanted",
    });
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    await world.clock.advance(MINUTE);
    world.flow.resend();
    await world.clock.settle();
    expect(announced(world)).toBe("codeReplaced");
    await enter(world, world.code("phone"));
    expect(world.flow.view()).toMatchObject({
      step: "verified",
      awaiting: null,
      channel: null,
      destination: null,
      code: null,
      resend: null,
      phoneEntry: null,
      evidence: { email: { by: "code" }, phone: { by: "code" } },
      announcement: "verified",
    });
  });

  test("is how the flow ended, or what went wrong", async () => {
    const world = await begin();
    await enter(world, "111111");
    expect(announced(world)).toBe("codeRejected");
    world.flow.cancel();
    expect(world.flow.view()).toMatchObject({
      step: "failed",
      awaiting: null,
      channel: null,
      announcement: "cancelled",
    });
  });

  test("is the throttling during the service's lock, and a wrong code even after an unclear send", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }),
    });
    expect(announced(world)).toBe("codePerhapsSent");
    await enter(world, "111111");
    expect(announced(world)).toBe("codeRejected");
    world.fake.script("confirmEmail", { fail: failure.throttled });
    await enter(world, "222222");
    expect(announced(world)).toBe("throttled");
  });

  test.each([
    ["unauthorized", [failure.unauthorized, failure.unauthorized]],
    ["throttled", [failure.throttled]],
    ["unreachable", [failure.unreachable]],
  ] as const)(
    "is the failure of a later send (%s), even if an earlier code may have gone out",
    async (kind, failures) => {
      const world = await begin({
        policy: { retry: noRepeats },
        prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }),
      });
      expect(announced(world)).toBe("codePerhapsSent");
      await world.clock.advance(MINUTE);
      world.fake.script("sendEmailCode", ...failures.map((fail) => ({ fail })));
      world.flow.resend();
      await world.clock.settle();
      expect(world.flow.view()).toMatchObject({ announcement: kind, code: { sent: "perhaps" } });
    },
  );

  test("is the throttling that a number waits for, even if a code to the previous one may have gone out", async () => {
    const world = await beginAtPhone({
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.noAnswer }),
    });
    await world.clock.advance(MINUTE);
    world.fake.script("sendPhoneCode", { fail: failure.throttled });
    world.flow.resend();
    await world.clock.settle();
    world.flow.changePhone();
    expect(world.flow.view()).toMatchObject({ announcement: "throttled", phoneEntry: { canSubmit: false } });
  });

  test("is the restored state after a reload, without an old failure", async () => {
    const cut = await begin({ prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }) });
    const again = cut.another({ record: cut.flow.record() });
    again.start();
    await cut.clock.settle();
    expect(again.view()).toMatchObject({
      announcement: "codePerhapsSent",
      code: { sent: "perhaps" },
      failure: null,
    });

    const none = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.throttled }),
    });
    const later = none.another({ record: none.flow.record() });
    later.start();
    await none.clock.settle();
    expect(later.view()).toMatchObject({ announcement: "noCodeSent", code: { sent: "no" }, failure: null });
  });
});

describe("`awaiting`", () => {
  test("is a retry, not a code, when no code was sent to the number", async () => {
    const world = await beginAtPhone({
      policy: { retry: { maxRetries: 0 } },
      prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.unreachable }),
    });
    expect(world.flow.view()).toMatchObject({
      awaiting: "retry",
      canRetry: true,
      code: { canSubmit: false },
    });
  });
});

test("B16: a stopped flow awaits nothing and offers nothing", async () => {
  const world = await begin();
  await world.clock.advance(2 * MINUTE);
  expect(world.flow.view()).toMatchObject({ awaiting: "code", resend: { allowed: true } });
  world.flow.suspend();
  expect(world.flow.view()).toMatchObject({
    step: "email",
    awaiting: null,
    activities: [],
    code: { canSubmit: false },
    resend: { allowed: false },
    canChangePhone: false,
  });
});

test("the first read has the tags that a client waits for, until the flow asks for a retry", async () => {
  const { unauthorized } = failure;
  const world = await begin({
    prepare: (fake) => fake.script("status", { hold: true }, { fail: unauthorized }, { fail: unauthorized }),
  });
  const tags = () => Array.from(world.flow.actor.getSnapshot().tags).sort();
  expect(tags()).toEqual(["busy", "checking"]);
  world.flow.suspend();
  const tried = world.another();
  tried.start();
  await world.clock.settle();
  expect(Array.from(tried.actor.getSnapshot().tags)).toEqual(["canRetry"]);
});
