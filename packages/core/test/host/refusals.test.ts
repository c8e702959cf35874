import { describe, expect, test } from "vitest";
import { begin, beginAtPhone, MINUTE, OTHER_PHONE, PHONE, enter } from "../flow-world.js";

describe("a refusal names its reason", () => {
  test("B16: in each step", async () => {
    const checking = await begin({ prepare: (fake) => fake.script("status", { hold: true }) });
    for (const answer of [
      checking.flow.submitCode("123456"),
      checking.flow.resend(),
      checking.flow.submitPhone(PHONE),
    ])
      expect(answer._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(checking.flow.refresh()._unsafeUnwrapErr()).toEqual({ kind: "busy" });

    const asking = await beginAtPhone({ user: { phone: undefined } });
    expect(asking.flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(asking.flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(asking.flow.view().canChangePhone).toBe(false);
    expect(asking.flow.changePhone()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });

    const changing = await beginAtPhone();
    changing.flow.changePhone();
    expect(changing.flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(changing.flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });

    const email = await begin();
    expect(email.flow.view().canChangePhone).toBe(false);
    email.flow.cancel();
    expect(email.flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect(email.flow.cancel()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
  });

  test("B17: for the same number, and for a number that has to wait", async () => {
    const { clock, flow } = await beginAtPhone();
    expect(flow.view().canChangePhone).toBe(true);
    expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "samePhone" });
    expect(flow.submitPhone(OTHER_PHONE)._unsafeUnwrapErr()).toEqual({
      kind: "cooldown",
      until: clock.now() + MINUTE,
    });
    await clock.advance(MINUTE);
    expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "samePhone" });
  });

  test("B3: before the start and after the end, whatever the input is", async () => {
    const world = await begin();
    const fresh = world.another();
    expect(fresh.submitCode("nonsense")._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    expect(fresh.submitPhone("nonsense")._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    expect(fresh.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    expect(fresh.resend()._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    fresh.suspend();
    fresh.suspend();
    expect(fresh.start()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect(fresh.resend()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect((await fresh.result)._unsafeUnwrapErr()).toEqual({ kind: "suspended" });
    expect(world.flow.start().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.fake.count("status")).toBe(1);
  });

  test("B3: for the second of two numbers given during a transition; later commands are accepted", async () => {
    const world = await begin();
    const answers: string[] = [];
    world.flow.actor.subscribe(() => {
      if (answers.length > 0 || world.flow.view().step !== "phoneEntry") return;
      for (const number of [PHONE, OTHER_PHONE])
        answers.push(world.flow.submitPhone(number).match(String, ({ kind }) => kind));
    });
    await enter(world, world.code("email"));
    expect(answers).toEqual(["taken", "busy"]);
    await enter(world, world.code("phone"));
    expect(world.flow.view()).toMatchObject({
      step: "verified",
      evidence: { phone: { contact: "+359 •• ••• ••56" } },
    });
  });

  test("B3: listeners run in a separate microtask, until they unsubscribe", async () => {
    const world = await begin();
    let told = 0;
    const unsubscribe = world.flow.subscribe(() => {
      told += 1;
    });
    world.flow.submitCode("111111");
    expect(told).toBe(0);
    await Promise.resolve();
    const before = told;
    expect(before).toBeGreaterThan(0);
    world.flow.refresh();
    unsubscribe();
    await world.clock.settle();
    expect(told).toBe(before);
  });
});
