import { describe, expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { begin, beginAtPhone, MINUTE, OTHER_PHONE, type World, noRepeats, enter } from "../flow-world.js";

describe("B62: a shown failure", () => {
  test("disappears when its own request is repeated, and stays when another one is", async () => {
    const world = await begin({ policy: { retry: noRepeats } });
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.unreachable });
    world.flow.resend();
    await world.clock.settle();
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, "111111");
    expect(world.flow.view().failure).toMatchObject({ kind: "unreachable", about: "send" });
    world.fake.release();
    await world.clock.settle();
    expect(world.flow.view().failure).toMatchObject({ kind: "codeRejected", about: "code" });
    world.fake.script("sendEmailCode", { hold: true });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().failure).toBeNull();
  });

  test("about a code disappears with the next code, and stays after a read of the status", async () => {
    const world = await begin({ policy: { retry: noRepeats } });
    await enter(world, "111111");
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, "222222");
    expect(world.flow.view().failure).toBeNull();
    world.fake.release();
    await world.clock.settle();
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.view().failure).toMatchObject({ kind: "codeRejected" });
  });

  test("about a send without an answer disappears when the next send is accepted, with any later failure", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.noAnswer }),
    });
    await world.clock.advance(MINUTE);
    world.fake.script("status", { fail: failure.unauthorized });
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.view().failure).toMatchObject({ kind: "unauthorized", about: "status" });
    world.flow.resend();
    await world.clock.settle();
    expect(world.flow.view().failure).toBeNull();
  });

  test("about a send, a code or a number stays after a background read, whether it fails or succeeds", async () => {
    const [lost, none] = [{ fail: failure.unreachable }, { fail: failure.invalidRequest }];
    const readTwice = async ({ clock, fake, flow }: World) => {
      fake.script("status", lost);
      for (let read = 1; read <= 2; read += 1) {
        flow.refresh();
        await clock.settle();
      }
      return flow.view();
    };
    const send = await beginAtPhone({ policy: { retry: noRepeats } });
    await send.clock.advance(MINUTE);
    send.fake.script("sendPhoneCode", none);
    send.flow.submitPhone(OTHER_PHONE);
    await send.clock.settle();
    expect(await readTwice(send)).toMatchObject({
      failure: { kind: "invalidRequest", about: "send" },
      canRetry: true,
    });

    const code = await begin({ policy: { retry: noRepeats } });
    await enter(code, "111111");
    expect(await readTwice(code)).toMatchObject({ failure: { kind: "codeRejected", about: "code" } });

    const number = await beginAtPhone({
      policy: { retry: noRepeats },
      prepare: (fake) => {
        fake.script("sendPhoneCode", { fail: failure.contactRefused });
        // The second is made once the number was refused.
        fake.script("status", { pass: true }, lost);
      },
    });
    expect(number.flow.view().failure).toMatchObject({ kind: "contactRefused", about: "phone" });
  });

  test("B11: is about a read that a second 401 stopped, whatever else failed", async () => {
    const world = await begin();
    await enter(world, "111111");
    world.fake.script("status", { fail: failure.unauthorized }, { fail: failure.unauthorized });
    world.flow.refresh();
    await world.clock.settle();
    expect(world.flow.view().failure).toMatchObject({ kind: "unauthorized", about: "status" });
  });

  test("B13: of a throttled send disappears when its time is over", async () => {
    const throttled = { fail: { ...failure.throttled, retryAfterMs: MINUTE } };
    const world = await begin({ prepare: (fake) => fake.script("sendEmailCode", throttled) });
    await world.clock.advance(MINUTE);
    expect(world.flow.view()).toMatchObject({
      failure: null,
      announcement: "noCodeSent",
      resend: { allowed: true },
    });

    const phone = await beginAtPhone({ prepare: (fake) => fake.script("sendPhoneCode", throttled) });
    phone.flow.changePhone();
    await phone.clock.advance(MINUTE);
    expect(phone.flow.view()).toMatchObject({
      failure: null,
      announcement: "phoneWanted",
      phoneEntry: { canSubmit: true, availableAt: null },
    });
  });

  test("B13: of throttled codes disappears when a number is no longer blocked", async () => {
    for (const unlockOnResend of [false, true]) {
      const world = await beginAtPhone({ policy: { unlockOnResend } });
      await world.clock.advance(MINUTE);
      world.fake.script("confirmPhone", { fail: failure.throttled });
      await enter(world, "111111");
      world.flow.changePhone();
      await world.clock.advance(unlockOnResend ? 0 : MINUTE);
      expect(world.flow.view()).toMatchObject({
        failure: null,
        announcement: "phoneWanted",
        phoneEntry: { canSubmit: true },
      });
    }
  });

  test("B13: of the service's own lock stays during the lock, even after the cooldown", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: { ...failure.throttled, retryAfterMs: 5 * MINUTE } });
    await enter(world, "111111");
    await world.clock.advance(MINUTE);
    expect(world.flow.view()).toMatchObject({ failure: { kind: "throttled", about: "code" } });
  });

  test("disappears once the contact is verified", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("sendEmailCode", { fail: failure.noAnswer });
    world.flow.resend();
    await world.clock.settle();
    await enter(world, world.code("email"));
    expect(world.flow.view()).toMatchObject({
      step: "phoneEntry",
      failure: null,
      announcement: "phoneWanted",
    });
  });

  test("of the service's own lock disappears when the lock is over", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.throttled });
    await enter(world, "123456");
    await world.clock.advance(MINUTE);
    expect(world.flow.view()).toMatchObject({ failure: null, announcement: "codeSent" });
  });
});
