import { describe, expect } from "vitest";
import { codeInput, eventually } from "@veristep/e2e";
import { finish, reachEmailCode, reachNumber } from "./support/person.js";
import type { Tab } from "./support/tab.js";
import { longWaits } from "./support/states.js";
import { MINUTE, PHONE, test } from "./support/world.js";

describe.concurrent("offline and back", () => {
  test("B18: notices on coming online that a contact was verified elsewhere", async ({ world }) => {
    const tab = await reachEmailCode(world);
    await world.context.setOffline(true);
    world.sandbox.verifyElsewhere(world.userId, "email");
    await world.context.setOffline(false);
    await tab.sees({ step: "phoneEntry", evidence: { email: { by: "status" } } });
    expect([world.sends(), world.confirms()]).toEqual([1, 0]);
  });

  test("B14: a code that was typed offline is confirmed once, by itself, after coming online", async ({
    world,
  }) => {
    const tab = await reachEmailCode(world, longWaits);
    await world.context.setOffline(true);
    await tab.submitCode(world.code("email"));
    await tab.sees({ activities: ["confirming", "retrying"], announcement: "retrying" });
    expect(world.confirms()).toBe(0);
    await world.context.setOffline(false);
    await world.context.clock.fastForward(20_000);
    await tab.sees({ step: "phoneEntry", evidence: { email: { by: "code" } } });
    expect(world.confirms()).toBe(1);
  });

  test("B7: a send that couldn't leave the machine costs no cooldown, and goes out after coming online", async ({
    world,
  }) => {
    const tab = await reachNumber(world, longWaits);
    await world.context.setOffline(true);
    await tab.submitPhone(PHONE);
    await tab.sees({ step: "phone", activities: ["sending", "retrying"], code: { sent: "no" } });
    expect(world.sends()).toBe(1);
    await world.context.setOffline(false);
    await world.context.clock.fastForward(20_000);
    await tab.asksForCode("phone");
    expect(world.sends()).toBe(2);
  });

  test("offers a retry that works when the automatic retries are spent (B16)", async ({ world }) => {
    const tab = await reachEmailCode(world, { policy: { retry: { maxRetries: 0 } } });
    await world.context.setOffline(true);
    await tab.submitCode(world.code("email"));
    await tab.sees({ awaiting: "code", canRetry: true, failure: { kind: "unreachable" } });
    await world.context.setOffline(false);
    await tab.press("Try again");
    await tab.sees({ step: "phoneEntry" });
    expect(world.confirms()).toBe(1);
  });
});

describe.concurrent("back and forward", () => {
  test("sends nothing and keeps the cooldown when the user goes to another page and back (B31, B32)", async ({
    world,
  }) => {
    const tab = await reachEmailCode(world);
    const { resend } = await tab.view();
    await tab.page.goto(`${world.origin}/elsewhere.html`);
    await tab.page.goBack();
    await tab.asksForCode("email");
    expect((await tab.view()).resend).toEqual(resend);
    await tab.page.goForward();
    await tab.page.goBack();
    await tab.asksForCode("email");
    expect(world.sends()).toBe(1);
    await tab.submitCode(world.code("email"));
    await tab.sees({ step: "phoneEntry" });
  });

  // A headless Chromium has no back/forward cache, so the events are our own; what follows them is real.
  const passes = (tab: Tab, type: "pagehide" | "pageshow") =>
    tab.page.evaluate((type) => {
      window.dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
    }, type);

  test("B37: a page that returns from the back/forward cache learns what another tab did", async ({
    world,
  }) => {
    const away = await reachEmailCode(world, { wakesUp: false });
    const other = await reachEmailCode(world);
    await passes(away, "pagehide");
    await world.context.clock.fastForward(MINUTE);
    await other.press("Send another code");
    await other.sees({ code: { generation: 2 }, activities: [] });
    await away.sees({ code: { generation: 1 } });
    await passes(away, "pageshow");
    await away.sees({ announcement: "codeReplaced", code: { generation: 2 } });
  });

  test("B18: out of the back/forward cache, a page learns what was verified elsewhere", async ({ world }) => {
    const tab = await reachEmailCode(world);
    await passes(tab, "pagehide");
    world.sandbox.verifyElsewhere(world.userId, "email");
    await passes(tab, "pageshow");
    await tab.sees({ step: "phoneEntry", evidence: { email: { by: "status" } } });
  });
});

describe.concurrent("after a sleep of ten minutes", () => {
  test("B7: the cooldown is over, not longer, and the code in the input still works", async ({ world }) => {
    const tab = await reachEmailCode(world);
    await codeInput(tab.page).fill(world.code("email"));
    await world.context.clock.fastForward(10 * MINUTE);
    await tab.sees({ resend: { allowed: true, availableAt: null } });
    await tab.press("Confirm");
    await tab.sees({ step: "phoneEntry" });
    expect(world.sends()).toBe(1);
  });

  test("B1: a send that was under way may have gone out: it is not repeated", async ({ world }) => {
    world.hold("sendEmailCode", "after");
    const tab = await world.open();
    await tab.sees({ activities: ["sending"] });
    await eventually(() => {
      expect(world.sandbox.record.sent).toBe(1);
    });
    await world.context.clock.fastForward(10 * MINUTE);
    await tab.sees({ awaiting: "code", activities: [], code: { sent: "perhaps" } });
    expect(world.sends()).toBe(1);
    await finish(world, tab);
  });

  test("B2: a confirm that was under way is settled by the status", async ({ world }) => {
    const tab = await reachEmailCode(world);
    world.hold("confirmEmail", "after");
    await tab.submitCode(world.code("email"));
    await eventually(() => {
      expect(world.sandbox.users()[0]?.isEmailVerified).toBe(true);
    });
    await world.context.clock.fastForward(10 * MINUTE);
    await tab.sees({ step: "phoneEntry", evidence: { email: { by: "status" } } });
    expect(world.confirms()).toBe(1);
  });

  test("B7: a clock that is set back doesn't lengthen the cooldown", async ({ world }) => {
    const tab = await reachEmailCode(world);
    const now = await tab.page.evaluate(() => Date.now());
    await world.context.clock.setSystemTime(now - 60 * MINUTE);
    const left = await tab.page.evaluate(() => (window.flow.view().resend?.availableAt ?? 0) - Date.now());
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(MINUTE);
    await world.context.clock.fastForward(MINUTE);
    await tab.sees({ resend: { allowed: true } });
  });
});
